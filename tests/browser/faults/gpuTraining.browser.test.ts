import { type Remote, wrap } from 'comlink';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Store } from '../../../src/storage/index.ts';
import type { RunSummary } from '../../../src/worker/index.ts';
import type { TrainingScenarios } from './training.worker.ts';
import type { FaultOrder, WorkerFault, WorkerWord } from './workerFaults.ts';

/** Software shaders compile for a long time on a busy machine. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

/** Largest relative difference of perplexities between the GPU and the processor, in the same run. */
const tolerance = 1e-3;
const epochs = 3;

const workers: Worker[] = [];
const channel = new BroadcastChannel('faults');

/** Puts a fault in place in the worker that trains, and waits until it is. */
function order(fault: WorkerFault): Promise<void> {
  return new Promise((resolve) => {
    channel.onmessage = ({ data }: MessageEvent<WorkerWord | FaultOrder>) => {
      if ('says' in data && data.says === 'in place') resolve();
    };
    channel.postMessage({ worker: 'onward-learning', fault } satisfies FaultOrder);
  });
}

/** The next worker of the device, in place of the one before. */
async function workerOn(device: 'webgpu' | 'wasm'): Promise<Remote<TrainingScenarios>> {
  workers.splice(0).forEach((worker) => worker.terminate());
  // In one expression, by which Vite knows a worker's script.
  const worker = new Worker(new URL('./training.worker.ts', import.meta.url), {
    type: 'module',
    name: 'onward-learning',
  });
  workers.push(worker);
  const scenarios = wrap<TrainingScenarios>(worker);
  await scenarios.take(device);
  return scenarios;
}

const perplexities = ({ epochs: ended }: RunSummary) =>
  ended.flatMap(({ trainingPerplexity, tuningPerplexity }) => [trainingPerplexity, tuningPerplexity]);

describe('a graphics device that trains', () => {
  /** A run that nothing disturbs, on the processor. */
  let right: RunSummary;

  beforeAll(async () => {
    const processor = await workerOn('wasm');
    ({ run: right } = await processor.train(await processor.create(epochs)));
    expect(right).toMatchObject({ phase: 'finished', hasAdapter: true });
    expect(right.epochs).toHaveLength(epochs);
  });
  afterEach(() => workers.splice(0).forEach((worker) => worker.terminate()));
  afterAll(async () => {
    channel.close();
    await new Store().deleteEverything();
  });

  function expectTheSameEnd(run: RunSummary): void {
    expect(run).toMatchObject({ phase: 'finished', hasAdapter: true, bestEpoch: right.bestEpoch });
    const expected = perplexities(right);
    const worst = perplexities(run).map((value, i) => Math.abs(value / expected[i] - 1));
    expect(worst).toHaveLength(2 * epochs);
    expect(Math.max(...worst)).toBeLessThan(tolerance);
  }

  /** Begins a run on the GPU, disturbs it behind its first checkpoint, and expects that nothing wrong was kept. */
  async function disturbed(fault: WorkerFault): Promise<string> {
    const gpu = await workerOn('webgpu');
    const id = await gpu.create(epochs);
    // What is measured before the first step is behind it, and the first checkpoint is kept.
    expect((await gpu.train(id, 1)).run).toMatchObject({ phase: 'paused', step: 1 });
    await order(fault);
    const { run, code } = await gpu.train(id);
    expect(code).toBe('device-lost');
    expect(run).toMatchObject({ phase: 'interrupted', hasAdapter: false });
    expect(run.step).toBeGreaterThan(0);
    expect(run.step).toBeLessThan(right.step);
    return id;
  }

  async function expectToGoOn(id: string, device: 'webgpu' | 'wasm'): Promise<void> {
    const next = await workerOn(device);
    const { run, code } = await next.train(id);
    expect(code).toBeNull();
    expectTheSameEnd(run);
    expect((await next.weights(id))?.byteLength).toBeGreaterThan(0);
  }

  it('and is destroyed in the middle says so, and the next worker goes on from the last checkpoint', async () => {
    await expectToGoOn(await disturbed({ kind: 'gpu lost', after: 50 }), 'webgpu');
  });

  it('and is lost for good leaves the run to the processor, from the last checkpoint', async () => {
    await expectToGoOn(await disturbed({ kind: 'gpu lost', after: 50 }), 'wasm');
  });

  it('and has no more room in the middle says so, and the processor goes on from the last checkpoint', async () => {
    await expectToGoOn(await disturbed({ kind: 'gpu full', after: 50 }), 'wasm');
  });
});
