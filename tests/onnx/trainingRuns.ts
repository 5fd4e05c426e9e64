import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from '../../src/lab/chromium.ts';
import type { TrainingOptions } from '../../src/onnx/index.ts';
import { optimizer } from './llamaFixture.ts';

export type Provider = 'cpu' | 'wasm' | 'webgpu';
export type Mode = 'full' | 'lora';

interface State {
  readonly theta: number[];
  readonly mu: number[];
  readonly nu: number[];
}

/** What a training run of ten steps prints: the state after the first and the last, and a hash of the last. */
export interface TrainingRun {
  readonly sha256: string;
  readonly losses: number[];
  readonly first: State;
  readonly last: State;
}

const size: TrainingOptions = { batchSize: 2, sequenceLength: 8, dropout: true, optimizer };

export const providerGraphOptions: Record<Mode, TrainingOptions> = {
  full: size,
  lora: { ...size, lora: { rank: 2, alpha: 4, targets: ['q_proj', 'v_proj', 'down_proj'] } },
};

/** The Vulkan driver that emulates a GPU on the processor, which comes with Chromium; null without one. */
export function softwareVulkan(): string | null {
  const chromium = findChromium();
  const driver = chromium === null ? null : join(dirname(chromium), 'vk_swiftshader_icd.json');
  return driver !== null && existsSync(driver) ? driver : null;
}

/** Trains in a process of its own; `report` is what the runtime said about it. */
export async function trainingRun(
  provider: Provider,
  mode: Mode,
): Promise<{ run: TrainingRun; report: string }> {
  const program = fileURLToPath(new URL('trainingRun.ts', import.meta.url));
  const driver = provider === 'webgpu' ? (softwareVulkan() ?? '') : '';
  const env = {
    ...process.env,
    VK_DRIVER_FILES: driver,
    XDG_RUNTIME_DIR: mkdtempSync(join(tmpdir(), 'vulkan-')),
  };
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve, reject) => {
    const options = { env, maxBuffer: 2 ** 28 };
    execFile(process.execPath, ['--import', 'tsx', program, provider, mode], options, (error, out, err) => {
      if (error === null) resolve({ stdout: out, stderr: err });
      else reject(new Error(`${provider}, ${mode}: ${error.message.slice(0, 200)} … ${err.slice(-2000)}`));
    });
  });
  return { run: JSON.parse(stdout) as TrainingRun, report: stderr };
}
