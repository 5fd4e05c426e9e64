import {
  inspectPanel,
  openPanel,
  type LayoutOptions,
  type PanelLayout,
  type PanelOptions,
} from '../../career/index.ts';
import { clusterArchive, usualClusterSettings } from '../../learning/index.ts';
import { type ChosenDevice, tryDevice, webCandidates } from '../../lm/index.ts';
import { knownAnswers } from '../../onnx/index.ts';
import { AppError, isAbort, type ReportProgress } from '../../platform/index.ts';
import type { Store } from '../../storage/index.ts';
import type { DeviceReport } from '../contract.ts';
import { DeviceMemory } from '../deviceMemory.ts';
import type { ExperimentRequest } from '../experimentContract.ts';
import type {
  AdapterFileSet,
  ComparisonRequest,
  LearningDevice,
  ModelReference,
  PanelPart,
  PanelRequest,
} from '../learningContract.ts';
import type { LearningEvent, LearningHostCalls, LearningSetUp } from '../learningWire.ts';
import { type LoadedModel, loadModel } from '../loadModel.ts';
import { ModelFiles } from '../modelFiles.ts';
import { realmReport } from '../realm.ts';
import type { RunKind, RunSettings } from '../runSettings.ts';
import { Turns } from '../turns.ts';
import { holdLock } from '../workerLock.ts';
import { AdapterShelf } from './adapterShelf.ts';
import { Experiments } from './experiments/experiments.ts';
import { defaultSettings } from './models/defaultSettings.ts';
import { PanelModels } from './models/panelModels.ts';
import { ModelResources } from './modelResources.ts';
import { Panels } from './panels.ts';
import type { LearningModel, LearningResources } from './preparedRun.ts';
import { Runs } from './runs.ts';

/** A tab that is closed loses no more than this, in milliseconds. */
const keepEvery = 4000;

/** The side of the worker that trains: panels, runs, and what is asked about people. */
export class LearningHost implements LearningHostCalls {
  #emit: (event: LearningEvent) => void = () => undefined;
  #setUp: Omit<LearningSetUp, 'panels'> = { models: '', preference: 'auto' };
  #loading: Promise<ModelResources> | null = null;
  #device: DeviceReport | null = null;
  #isDeviceLost = false;
  readonly #running = new Map<number, AbortController>();
  readonly #turns = new Turns();
  readonly #panels: Panels;
  readonly #runs: Runs;
  readonly #models: PanelModels;
  readonly #experiments: Experiments;

  /** `build` names the app's build and the browser: what is measured is remembered for these. */
  constructor(
    private readonly store: Store,
    private readonly build: string,
  ) {
    const shelf = new AdapterShelf(store);
    const resources: LearningResources = {
      runner: async () => (await this.#resources()).runner(),
      languageModel: async (): Promise<LearningModel> => (await this.#resources()).languageModel(),
    };
    this.#panels = new Panels(store);
    this.#models = new PanelModels(shelf, this.#panels, resources);
    const place = { store, panels: this.#panels, turns: this.#turns };
    this.#experiments = new Experiments({ ...place, resources });
    this.#runs = new Runs({
      ...place,
      shelf,
      resources: () => Promise.resolve(resources),
      keepEvery,
    });
  }

  async hello(lockName: string, onEvent: (event: LearningEvent) => void): Promise<void> {
    this.#emit = onEvent;
    await holdLock(lockName);
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  abort(callId: number): Promise<void> {
    this.#running.get(callId)?.abort();
    return Promise.resolve();
  }

  realm(_callId: number, isFresh: boolean) {
    return realmReport(isFresh);
  }

  /** A panel whose file cannot be read any more is left out: whoever asks for it hears that it is not here. */
  async setUp(_callId: number, { panels, ...setUp }: LearningSetUp): Promise<null> {
    this.#setUp = setUp;
    for (const panel of panels) await this.#panels.add(panel).catch(() => undefined);
    return null;
  }

  openPanel(_callId: number, file: File, options?: LayoutOptions) {
    return openPanel(file, options);
  }

  inspectPanel(callId: number, file: File, layout: PanelLayout, options: PanelOptions) {
    return this.#call(callId, (onProgress, signal) =>
      inspectPanel(file, layout, options, { onProgress, signal }),
    );
  }

  addPanel(callId: number, request: PanelRequest) {
    return this.#call(callId, (onProgress, signal) => this.#panels.add(request, { onProgress, signal }));
  }

  storePanel(_callId: number, id: string) {
    return this.#panels.keep(id);
  }

  renamePanel(_callId: number, id: string, name: string) {
    return this.#panels.rename(id, name);
  }

  deletePanel(_callId: number, id: string) {
    this.#experiments.forget(id);
    return this.#panels.delete(id);
  }

  listPanels() {
    return this.#panels.list();
  }

  readPanel(_callId: number, id: string, part: PanelPart) {
    return this.#panels.read(id, part);
  }

  exportForCluster(callId: number, id: string, baseModel: string) {
    return this.#call(callId, async (_, signal) => {
      const { people } = await this.#panels.open(id);
      const archive = clusterArchive(people, { ...usualClusterSettings, baseModel }, { signal });
      const pieces = Array.from(archive, (piece) => new Uint8Array(piece));
      return new Uint8Array(await new Blob(pieces).arrayBuffer());
    });
  }

  async defaultSettings(_callId: number, kind: RunKind, panel: string) {
    return defaultSettings(kind, (await this.#panels.open(panel)).row);
  }

  createRun(_callId: number, request: { panel: string; name: string; settings: RunSettings }) {
    return this.#runs.create(request);
  }

  trainRun(callId: number, id: string, { steps, isAgain }: { steps?: number; isAgain?: boolean } = {}) {
    return this.#call(callId, (_, signal) =>
      this.#runs.train(id, (run) => this.#emit({ callId, run }), steps, signal, isAgain),
    );
  }

  pauseRun(_callId: number, id: string) {
    return this.#runs.pause(id);
  }

  stopRun(callId: number, id: string) {
    return this.#call(callId, () => this.#runs.stop(id));
  }

  describeRun(_callId: number, id: string, words: { name?: string; notes?: string }) {
    return this.#runs.describe(id, words);
  }

  listRuns() {
    return this.#runs.list();
  }

  deleteRun(_callId: number, id: string) {
    return this.#runs.delete(id);
  }

  listAdapters() {
    return this.#models.listAdapters();
  }

  exportAdapter(_callId: number, id: string) {
    return this.#models.exportAdapter(id);
  }

  importAdapter(callId: number, name: string, files: AdapterFileSet) {
    return this.#call(callId, () => this.#models.importAdapter(name, files));
  }

  deleteAdapter(_callId: number, id: string) {
    return this.#models.deleteAdapter(id);
  }

  compare(callId: number, request: ComparisonRequest) {
    return this.#call(callId, (onProgress, signal) =>
      this.#turns.take(() => this.#models.compare(request, onProgress, signal)),
    );
  }

  scorePanel(callId: number, request: { panel: string; part: PanelPart; model: ModelReference }) {
    return this.#call(callId, (onProgress, signal) =>
      this.#turns.take(() => this.#models.scorePanel(request, onProgress, signal)),
    );
  }

  runExperiment(callId: number, request: ExperimentRequest) {
    return this.#call(callId, (_, signal) =>
      this.#experiments.run(request, (arm) => this.#emit({ callId, arm }), signal),
    );
  }

  device(): Promise<LearningDevice> {
    return Promise.resolve({ preference: this.#setUp.preference, report: this.#device });
  }

  async #call<T>(
    callId: number,
    work: (onProgress: ReportProgress, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const controller = new AbortController();
    this.#running.set(callId, controller);
    try {
      return await work((done, total) => this.#emit({ callId, done, total }), controller.signal);
    } catch (error) {
      if (!this.#isDeviceLost || isAbort(error)) throw error;
      throw new AppError('device-lost', 'The graphics device went away', {}, { cause: error });
    } finally {
      this.#running.delete(callId);
    }
  }

  /** Device and language model, when something first needs them; a failure is tried again by the next call. */
  #resources(): Promise<ModelResources> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = null;
      throw error;
    });
    return this.#loading;
  }

  async #load(): Promise<ModelResources> {
    const { models } = this.#setUp;
    const memory = new DeviceMemory(this.store, this.build);
    const device = await this.#chosenDevice(memory);
    void device.runtime.gpuDevice?.lost.then(() => (this.#isDeviceLost = true));
    const files = new ModelFiles(models, this.store);
    const model: LoadedModel = await loadModel(files, device, memory, () => undefined);
    this.#device = model.report.device;
    return new ModelResources(model, models);
  }

  /** The first GPU that is not known to fail, else the processor: a worker can try only one GPU device. */
  async #chosenDevice(memory: DeviceMemory): Promise<ChosenDevice> {
    const candidates = webCandidates(this.#setUp.preference);
    const processor = candidates.filter(({ device }) => device === 'wasm');
    const gpus = candidates.filter(({ device }) => device === 'webgpu');
    const known = await Promise.all(gpus.map((gpu) => memory.problem(gpu)));
    const gpu = gpus.filter((_, i) => !known[i]).slice(0, 1);
    let attempts: ChosenDevice['attempts'] = [];
    for (const candidate of [...gpu, ...processor]) {
      const tried = await tryDevice(candidate, knownAnswers(), attempts);
      if ('runtime' in tried) return tried;
      attempts = tried;
    }
    const reasons = attempts.map(({ device, reason }) => `${device}: ${reason}`).join('; ');
    throw new AppError('unsupported', `No device here computes rightly. ${reasons}`);
  }
}
