import {
  inspectPanel,
  openPanel,
  type LayoutOptions,
  type PanelLayout,
  type PanelOptions,
} from '../career/index.ts';
import {
  AdapterShelf,
  type AverageToKeep,
  careerFilesArchive,
  clusterArchive,
  type ComparisonRequest,
  type PredictionsRequest,
  type ExperimentRequest,
  Experiments,
  type ModelChoice,
  type ModelReference,
  PanelModels,
  type PanelRequest,
  Panels,
  ResourcesOnDemand,
  Runs,
  usualClusterSettings,
} from '../workbench/index.ts';
import { AppError, isAbort, type ReportProgress, Turns } from '../platform/index.ts';
import type { AdapterFileSet, PanelPart, Store, StoredSettings } from '../storage/index.ts';
import type { LearningDevice } from './learningContract.ts';
import type { LearningEvent, LearningHostCalls, LearningSetUp } from './learningWire.ts';
import { realmReport } from './realm.ts';
import { holdLock } from './workerLock.ts';
import { defaultSettings } from '../predictors/index.ts';

/** A tab that is closed loses no more than this, in milliseconds. */
const keepEvery = 4000;

/** The side of the worker that trains: panels, runs, and what is asked about people. */
export class LearningHost implements LearningHostCalls {
  #emit: (event: LearningEvent) => void = () => undefined;
  readonly #resources: ResourcesOnDemand;
  readonly #running = new Map<number, AbortController>();
  readonly #turns = new Turns();
  readonly #panels: Panels;
  readonly #runs: Runs;
  readonly #models: PanelModels;
  readonly #experiments: Experiments;

  /** `build` names the app's build and the browser: what is measured is remembered for these. */
  constructor(store: Store, build: string) {
    const shelf = new AdapterShelf(store);
    const resources = new ResourcesOnDemand(store, build);
    this.#resources = resources;
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
    await this.#resources.replace(setUp);
    for (const panel of panels) await this.#panels.add(panel).catch(() => undefined);
    return null;
  }

  async useModel(_callId: number, choice: ModelChoice) {
    if (this.#running.size > 0)
      throw new AppError(
        'in-use',
        'Something is being trained or compared here: wait for it, or pause it, first.',
      );
    // What stands in memory was read by the model that goes; its last state is on the device.
    await this.#runs.close();
    this.#experiments.forgetAll();
    this.#models.forgetAverages();
    await this.#resources.replace({ choice });
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
      return joined(clusterArchive(people, { ...usualClusterSettings, baseModel }, { signal }));
    });
  }

  async exportCareerFiles(_callId: number, id: string) {
    const { people } = await this.#panels.open(id);
    return joined(careerFilesArchive(people));
  }

  async defaultSettings(_callId: number, kind: string, panel: string) {
    return defaultSettings(kind, (await this.#panels.open(panel)).row);
  }

  createRun(_callId: number, request: { panel: string; name: string; settings: StoredSettings }) {
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

  keepAverage(callId: number, average: AverageToKeep) {
    return this.#call(callId, (_, signal) =>
      this.#turns.take(() => this.#models.keepAverage(average, signal)),
    );
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

  savePredictions(callId: number, request: PredictionsRequest) {
    return this.#call(callId, (onProgress, signal) =>
      this.#turns.take(() => this.#models.savePredictions(request, onProgress, signal)),
    );
  }

  runExperiment(callId: number, request: ExperimentRequest) {
    return this.#call(callId, (_, signal) =>
      this.#experiments.run(request, (arm) => this.#emit({ callId, arm }), signal),
    );
  }

  device(): Promise<LearningDevice> {
    return Promise.resolve({ preference: this.#resources.preference, report: this.#resources.report });
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
      if (isAbort(error) || !(await this.#resources.hasLostDevice())) throw error;
      throw new AppError('device-lost', 'The graphics device went away', {}, { cause: error });
    } finally {
      this.#running.delete(callId);
    }
  }
}

async function joined(archive: Iterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const pieces = Array.from(archive, (piece) => new Uint8Array(piece));
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}
