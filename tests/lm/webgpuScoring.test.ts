import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { softwareVulkan } from '../onnx/trainingRuns.ts';

/** A process that compiles shaders for an emulated GPU may have to share its cores. */
const patience = 600_000;

const driver = softwareVulkan();
const without = driver === null ? ' (skipped: no Chromium with its SwiftShader driver found)' : '';

describe.skipIf(driver === null)(`title scoring on the WebGPU provider${without}`, () => {
  it.each(['dense', 'quantized'])(
    '%s weights: agrees with the processor, cold and warm, and no node falls back to it',
    async (weights) => {
      const program = fileURLToPath(new URL('webgpuScoringRun.ts', import.meta.url));
      const env = {
        ...process.env,
        VK_DRIVER_FILES: driver ?? '',
        XDG_RUNTIME_DIR: mkdtempSync(join(tmpdir(), 'vulkan-')),
      };
      const args = ['--import', 'tsx', program, weights];
      const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
        env,
        maxBuffer: 2 ** 28,
      });
      const worst = JSON.parse(stdout) as number[];
      expect(worst).toHaveLength(2);
      for (const difference of worst) expect(difference).toBeLessThan(1e-4);
      expect(stderr).toMatch(/All nodes placed on \[WebGpuExecutionProvider\]/);
    },
    patience,
  );
});
