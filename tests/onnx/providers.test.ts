import { describe, expect, it } from 'vitest';
import { elementCount, llamaTrainingGraph, readModel } from '../../src/onnx/index.ts';
import { smallLlama } from './llamaFixture.ts';
import {
  providerGraphOptions,
  softwareVulkan,
  trainingRun,
  type Mode,
  type Provider,
  type TrainingRun,
} from './trainingRuns.ts';

/** A process that compiles 100 shaders for an emulated GPU may have to share its cores. */
const patience = 600_000;

interface Placement {
  readonly count: number;
  /** 'operator (name)'; the runtime lists them only where there is more than one provider. */
  readonly nodes: string[];
}

/** Where the runtime's own report says that the nodes run, by execution provider. */
function placement(report: string): Map<string, Placement> {
  const providers = new Map<string, Placement>();
  let current: string[] = [];
  for (const line of report.split('\n')) {
    if (!line.includes('VerifyEachNodeIsAssignedToAnEp')) continue;
    const heading = /(?:Node\(s\)|All nodes) placed on \[(\w+)\]\. Number of nodes: (\d+)/.exec(line);
    if (heading !== null) providers.set(heading[1], { count: Number(heading[2]), nodes: (current = []) });
    const placed = / {3}(\w+ \(.+\))$/.exec(line)?.[1];
    if (placed !== undefined) current.push(placed);
  }
  return providers;
}

/** The largest difference of any parameter's values, relative to the largest value of that parameter. */
function difference(mode: Mode, ours: TrainingRun['first'], theirs: TrainingRun['first']): number {
  let worst = 0;
  for (const part of ['theta', 'mu', 'nu'] as const) {
    let offset = 0;
    for (const { shape } of llamaTrainingGraph(smallLlama, providerGraphOptions[mode]).parameters) {
      const end = offset + elementCount(shape);
      const size = Math.max(...theirs[part].slice(offset, end).map(Math.abs));
      for (let i = offset; i < end; i++)
        worst = Math.max(worst, Math.abs(ours[part][i] - theirs[part][i]) / size);
      offset = end;
    }
  }
  return worst;
}

describe('the same seed', () => {
  it.each(['cpu', 'wasm'] as const)(
    'gives the same bytes in two processes: %s',
    async (provider: Provider) => {
      const first = (await trainingRun(provider, 'full')).run;
      const second = (await trainingRun(provider, 'full')).run;
      expect(second.sha256).toBe(first.sha256);
      expect(first.losses[9]).toBeLessThan(first.losses[0]);
    },
    patience,
  );
});

const driver = softwareVulkan();
const without = driver === null ? ' (skipped: no Chromium with its SwiftShader driver found)' : '';

describe.skipIf(driver === null)(`the WebGPU provider${without}`, () => {
  it.each(['full', 'lora'] as const)(
    'runs every float node and agrees with the CPU: %s',
    async (mode) => {
      const { run, report } = await trainingRun('webgpu', mode);
      const cpu = (await trainingRun('cpu', mode)).run;
      expect(difference(mode, run.first, cpu.first)).toBeLessThan(1e-5);
      // Sums whose order varies between runs drift apart over ten steps: this is the tolerance that we state.
      expect(difference(mode, run.last, cpu.last)).toBeLessThan(1e-3);

      const providers = placement(report);
      expect(providers.get('WebGpuExecutionProvider')?.count).toBeGreaterThan(200);
      const model = readModel(llamaTrainingGraph(smallLlama, providerGraphOptions[mode]).bytes);
      const fallen = (providers.get('CPUExecutionProvider')?.nodes ?? []).map((placed) => {
        const [opType, name] = placed.replace(')', '').split(' (');
        const inputs = model.graph.nodes.find((node) => node.name === name)?.inputs ?? [];
        return `${opType} of ${inputs[0]}`;
      });
      // Token ids, int64, are reshaped for the gradient of the embedding; LoRA leaves the embedding frozen.
      expect(fallen).toHaveLength(providers.get('CPUExecutionProvider')?.count ?? 0);
      expect(fallen).toEqual(mode === 'full' ? ['Reshape of input_ids'] : []);
    },
    patience,
  );
});
