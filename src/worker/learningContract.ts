/**
 * The typed contract between the page and the worker that trains. Types only: no code, no imports but types.
 */
import type {
  CareerHistory,
  LayoutOptions,
  OpenedPanel,
  PanelLayout,
  PanelOptions,
  PanelReport,
} from '../career/index.ts';
import type { ComparisonReport, ScoredCareer } from '../evaluation/index.ts';
import type { ReportProgress } from '../platform/index.ts';
import type { DevicePreference, DeviceReport } from '../predictors/index.ts';
import type {
  AdapterFileSet,
  AdapterSummary,
  PanelPart,
  PanelSummary,
  StoredSettings,
} from '../storage/index.ts';
import type {
  ArmProgress,
  AverageToKeep,
  ComparisonRequest,
  PredictionsRequest,
  SavedPredictions,
  ExperimentReport,
  ExperimentRequest,
  ModelChoice,
  ModelReference,
  PanelRequest,
  RunEvent,
  RunSummary,
} from '../workbench/index.ts';
import type { RealmReport, WorkerStatus } from './contract.ts';

/** How the training worker runs; unlike predictions, it takes its device when it first needs one. */
export interface LearningDevice {
  preference: DevicePreference;
  /** What was chosen; null until something has needed it. */
  report: DeviceReport | null;
}

/**
 * What the page may ask of the worker that trains: a worker of its own beside the one that predicts, so that neither can
 * block or kill the other. Every call rejects with an `AppError`; none hangs. Progress is in the unit of its call.
 */
export interface LearningWorker {
  /**
   * From now on heads read this language model, and LoRA tunes it; by default the one that comes with the app. Throws `in-use`
   * while something is trained or compared here.
   */
  useModel(choice: ModelChoice): Promise<void>;
  /** Guesses the layout of a table. Bad input is told, never thrown. */
  openPanel(file: File, options?: LayoutOptions): Promise<OpenedPanel>;
  /** Reads the whole table and reports every problem; nothing is kept. Progress in bytes. */
  inspectPanel(
    file: File,
    layout: PanelLayout,
    options: PanelOptions,
    onProgress?: ReportProgress,
    signal?: AbortSignal,
  ): Promise<PanelReport>;
  /** Keeps a panel in memory, for this visit. Progress in bytes or people. */
  addPanel(request: PanelRequest, onProgress?: ReportProgress, signal?: AbortSignal): Promise<PanelSummary>;
  /** Stores a panel because the person asked for it. Throws `quota`, and the panel stays in memory. */
  storePanel(id: string): Promise<PanelSummary>;
  renamePanel(id: string, name: string): Promise<void>;
  /** From memory and from the device, with everything that was computed of it; runs and adapters stay. */
  deletePanel(id: string): Promise<void>;
  /** Stored ones and those in memory, newest first. */
  listPanels(): Promise<PanelSummary[]>;
  /** The people of a part, in the panel's order, in terms of its list. */
  readPanel(id: string, part: PanelPart): Promise<CareerHistory[]>;
  /**
   * A ZIP archive with the panel's split as text, and the settings to fine-tune `baseModel` (a name that transformers
   * loads) on it elsewhere. Holds the careers themselves.
   */
  exportForCluster(id: string, baseModel: string): Promise<Uint8Array<ArrayBuffer>>;
  /** A ZIP archive with the panel's split as the files that CAREER's published code trains on. Holds the careers themselves. */
  exportCareerFiles(id: string): Promise<Uint8Array<ArrayBuffer>>;

  /** Good settings for a kind of model on this panel. */
  defaultSettings(kind: string, panel: string): Promise<StoredSettings>;
  createRun(request: { panel: string; name: string; settings: StoredSettings }): Promise<RunSummary>;
  /**
   * Trains from where the run stands; resolves when it ends, or stands again: after `pauseRun`, `stopRun`, or `steps` steps.
   * Goes on by itself in a new worker when the one it was in dies. Throws `in-use` where the run is open in another tab
   * or a run is training in this one, `bad-input` where its panel is not here.
   */
  trainRun(id: string, onEvent: (event: RunEvent) => void, options?: { steps?: number }): Promise<RunSummary>;
  /** Resolves when the run stands, its state kept. It stays open in this tab. */
  pauseRun(id: string): Promise<RunSummary>;
  /** Ends the run for good; the best state so far becomes an adapter. */
  stopRun(id: string): Promise<RunSummary>;
  describeRun(id: string, words: { name?: string; notes?: string }): Promise<RunSummary>;
  /** Newest first. */
  listRuns(): Promise<RunSummary[]>;
  /** With its checkpoints and its adapter. Throws `in-use` where it is open in another tab. */
  deleteRun(id: string): Promise<void>;

  /** What was trained and imported, newest first; what came with the language model is in `ModelReport.adapters`. */
  listAdapters(): Promise<AdapterSummary[]>;
  exportAdapter(id: string): Promise<AdapterFileSet>;
  /** Throws `bad-input` that says exactly what is damaged or does not fit. */
  importAdapter(name: string, files: AdapterFileSet): Promise<AdapterSummary>;
  deleteAdapter(id: string): Promise<void>;
  /** Keeps an average of a report as a model that answers like any other. Throws `quota`, and it stays in memory. */
  keepAverage(average: AverageToKeep): Promise<AdapterSummary>;

  /** All models on the same people of a panel, with paired differences. Progress in people of one model after another. */
  compare(
    request: ComparisonRequest,
    onProgress?: ReportProgress,
    signal?: AbortSignal,
  ): Promise<ComparisonReport>;
  /** What a model says about each person of a part, in the order of `readPanel`. */
  scorePanel(
    request: { panel: string; part: PanelPart; model: ModelReference },
    onProgress?: ReportProgress,
    signal?: AbortSignal,
  ): Promise<ScoredCareer[]>;
  /**
   * A file of every observation of a part with the model's whole distribution before it. Progress in people. Throws
   * `unsupported` where a model gives none.
   */
  savePredictions(
    request: PredictionsRequest,
    onProgress?: ReportProgress,
    signal?: AbortSignal,
  ): Promise<SavedPredictions>;
  /**
   * One of the paper's questions, answered on a panel: every arm fitted, asked about the same test people, and compared. Arms
   * that were finished before, by this experiment or another, are not fitted again while the worker lives. Throws `in-use`
   * where another experiment runs here; errors name the experiment and the arm.
   */
  runExperiment(
    request: ExperimentRequest,
    onProgress?: (progress: ArmProgress) => void,
    signal?: AbortSignal,
  ): Promise<ExperimentReport>;
  device(): Promise<LearningDevice>;
  /** `isFresh`: tries to connect once more. */
  realm(isFresh: boolean): Promise<RealmReport>;
}

/** The supervised training worker that the page holds. */
export interface LearningConnection extends LearningWorker {
  readonly status: WorkerStatus;
  /** Calls `listener` at every change; returns the function that stops it. */
  onStatus(listener: (status: WorkerStatus) => void): () => void;
  /** Ends the worker; a run goes on from its last checkpoint when it is asked to. */
  close(): void;
}
