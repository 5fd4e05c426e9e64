/** Trains where the app does, in a dedicated worker on the browser's own onnxruntime, with the fault kit ahead of it. */
import './faultsAhead.ts';
import { expose } from 'comlink';
import { GraphRunner } from '../../../src/predictors/training/graphRunner.ts';
import { findGpuAdapter, hasLost, openGpu } from '../../../src/lm/gpuDevice.ts';
import { wasmRuntime, webgpuRuntime } from '../../../src/lm/webRuntime.ts';
import { AppError } from '../../../src/platform/index.ts';
import type { RunSummary } from '../../../src/worker/index.ts';
import { defaultSettings } from '../../../src/predictors/defaultSettings.ts';
import type { LearningResources } from '../../../src/predictors/preparedRun.ts';
import { learningPlace, never, quiet, syntheticRequest } from '../../workbench/nodeLearning.ts';

type Device = 'webgpu' | 'wasm';

async function runtimeOf(device: Device) {
  if (device === 'wasm') return wasmRuntime(1);
  const adapter = await findGpuAdapter();
  if (typeof adapter === 'string') throw new Error(adapter);
  return webgpuRuntime((await openGpu(adapter, { subgroups: false })).device);
}

/** A place for runs that need no language model. */
async function placeOn(device: Device) {
  const { ort, sessionOptions, gpuDevice } = await runtimeOf(device);
  const runner = new GraphRunner({ ort, sessionOptions, isOnGpu: gpuDevice !== undefined });
  const resources: LearningResources = {
    runner: () => Promise.resolve(runner),
    languageModel: () => Promise.reject(new AppError('unsupported', 'There is no language model here.')),
  };
  const place = learningPlace(resources);
  const panel = await place.panels.add(syntheticRequest);
  return { ...place, panel, gpuDevice };
}

let place: ReturnType<typeof placeOn> | null = null;

const scenarios = {
  /** From now on runs are trained on this device: one for each worker. */
  async take(device: Device): Promise<void> {
    place = placeOn(device);
    await place;
  },

  /** A new run of so many epochs; its id. */
  async create(epochs: number): Promise<string> {
    if (!place) throw new Error('no device was taken');
    const { runs, panel } = await place;
    const settings = { ...defaultSettings('logit', panel), epochs, patience: epochs };
    return (await runs.create({ panel: panel.id, name: 'Logit', settings })).id;
  },

  /** Trains it from where it stands, `steps` steps or to its end: where it stands then, and the code of what ended it, as the app's worker says it. */
  async train(id: string, steps?: number): Promise<{ run: RunSummary; code: string | null }> {
    if (!place) throw new Error('no device was taken');
    const { runs, gpuDevice } = await place;
    const code = await runs.train(id, quiet, steps, never).then(
      () => null,
      async (error: unknown) => {
        if (gpuDevice && (await hasLost(gpuDevice))) return 'device-lost';
        return error instanceof AppError ? error.code : String(error);
      },
    );
    const run = (await runs.list()).find((each) => each.id === id);
    if (!run) throw new Error('the run is gone');
    return { run, code };
  },

  /** What the model of a run that has ended is stored as. */
  async weights(id: string): Promise<Uint8Array | undefined> {
    const files = await (await place)?.models.exportAdapter(id);
    return files?.find(({ name }) => name.endsWith('.safetensors'))?.content;
  },
};

export type TrainingScenarios = typeof scenarios;
expose(scenarios);
