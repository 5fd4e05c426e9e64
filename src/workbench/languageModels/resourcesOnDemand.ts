import type { GraphRunner } from '../../predictors/training/index.ts';
import { type ChosenDevice, hasLost, tryDevice, webCandidates } from '../../lm/index.ts';
import { knownAnswers } from '../../onnx/index.ts';
import { AppError } from '../../platform/index.ts';
import type { Store } from '../../storage/index.ts';
import { chosenModel } from './chosenModel.ts';
import type { DevicePreference, DeviceReport } from '../../predictors/language/index.ts';
import type { ModelChoice } from './modelChoice.ts';
import { DeviceMemory } from './deviceMemory.ts';
import { loadModel } from './loadModel.ts';
import { ModelResources } from './modelResources.ts';
import type { LearningModel, LearningResources } from '../../predictors/models.ts';

/** Where a worker is, and on what its models stand. */
export interface Place {
  /** Absolute address of the folder that holds `manifest.json`. */
  models: string;
  preference: DevicePreference;
  /** The language model that heads read and LoRA tunes. */
  choice: ModelChoice;
}

/** Device and language model of a worker, taken when something first needs them; a failure is tried again by the next call. */
export class ResourcesOnDemand implements LearningResources {
  #place: Place = { models: '', preference: 'auto', choice: null };
  #loading: Promise<ModelResources> | null = null;
  #device: Promise<ChosenDevice> | null = null;
  #report: DeviceReport | null = null;
  #gpu: GPUDevice | null = null;
  readonly #memory: DeviceMemory;

  constructor(
    private readonly store: Store,
    build: string,
  ) {
    this.#memory = new DeviceMemory(store, build);
  }

  get preference(): Place['preference'] {
    return this.#place.preference;
  }

  /** What was chosen; null until something has needed it. */
  get report(): DeviceReport | null {
    return this.#report;
  }

  /** Whether the graphics device that something runs on is gone; to be asked when a call has failed. */
  async hasLostDevice(): Promise<boolean> {
    return this.#gpu !== null && (await hasLost(this.#gpu));
  }

  async runner(): Promise<GraphRunner> {
    return (await this.#resources()).runner();
  }

  async languageModel(): Promise<LearningModel> {
    return (await this.#resources()).languageModel();
  }

  /** Another model from now on, or the first one; the device stays, for a worker can try only one GPU. */
  async replace(place: Partial<Place>): Promise<void> {
    const before = this.#loading;
    this.#place = { ...this.#place, ...place };
    this.#loading = null;
    await (await before?.catch(() => null))?.dispose();
  }

  #resources(): Promise<ModelResources> {
    const loading = (this.#loading ??= this.#load());
    loading.catch(() => {
      if (this.#loading === loading) this.#loading = null;
    });
    return loading;
  }

  async #load(): Promise<ModelResources> {
    const { models, choice } = this.#place;
    const opening = (this.#device ??= this.#opened());
    opening.catch(() => (this.#device = null));
    const device = await opening;
    const model = await loadModel(
      chosenModel(choice, { models, store: this.store, device }),
      device,
      this.#memory,
      () => undefined,
    );
    this.#report = model.report.device;
    return new ModelResources(model, models, this.store);
  }

  /** The first GPU that is not known to fail, else the processor; a GPU that fails now is passed over by the next worker. */
  async #opened(): Promise<ChosenDevice> {
    const candidates = webCandidates(this.#place.preference);
    const processor = candidates.filter(({ device }) => device === 'wasm');
    const gpus = candidates.filter(({ device }) => device === 'webgpu');
    const known = await Promise.all(gpus.map((gpu) => this.#memory.problem(gpu)));
    const gpu = gpus.filter((_, i) => !known[i]).slice(0, 1);
    let attempts: ChosenDevice['attempts'] = [];
    for (const candidate of [...gpu, ...processor]) {
      const tried = await tryDevice(candidate, knownAnswers(), attempts);
      if ('runtime' in tried) {
        this.#gpu = tried.runtime.gpuDevice ?? null;
        return tried;
      }
      attempts = tried;
      await this.#memory.keepFailure(candidate, attempts);
    }
    const reasons = attempts.map(({ device, reason }) => `${device}: ${reason}`).join('; ');
    throw new AppError('unsupported', `No device here computes rightly. ${reasons}`);
  }
}
