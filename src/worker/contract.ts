/**
 * The one typed contract between page and worker. Types only: no code, no imports but types.
 */
import type { CareerHistory } from '../career/index.ts';
import type { NextStep } from '../occupation/index.ts';
import type { ErrorCode } from '../platform/index.ts';
import type { Traffic } from '../shell/index.ts';
import type { BackupSummary, CareerToSave, SameId, SavedCareer } from '../storage/index.ts';
import type {
  AdapterAnswer,
  CareerScore,
  CareerTop,
  DevicePreference,
  ModelProgress,
  ModelReport,
  PredictRequest,
  Prediction,
  TokenPiece,
} from '../predictors/index.ts';
import type { BenchProgress, BenchReport } from '../workbench/benchReport/index.ts';
import type { ModelChoice } from '../workbench/index.ts';

/** What a worker knows of its own walls. */
export interface RealmReport {
  /** Whether its policy refused it every connection, as it found by trying. */
  isSealed: boolean;
  traffic: Traffic;
}

/**
 * What the page may ask of the worker. Every call rejects with an `AppError`; none hangs.
 * An aborted call rejects with `aborted` at once, whatever the worker is doing.
 */
export interface OnwardWorker {
  /** Loads a model, by default the one that comes with the app. Called again, it replaces what runs. */
  start(
    preference: DevicePreference,
    onProgress: (progress: ModelProgress) => void,
    signal?: AbortSignal,
    choice?: ModelChoice,
  ): Promise<ModelReport>;
  /** Latest wins: a call that still waits when the next one comes rejects with `aborted` and `data.superseded`. */
  predict(
    request: PredictRequest,
    signal?: AbortSignal,
    /** Hears of each model's answer as soon as it is there; of a model more than once where a worker died in between. */
    onAnswer?: (answer: AdapterAnswer) => void,
  ): Promise<Prediction>;
  scoreCareers(
    histories: readonly CareerHistory[],
    onScored: (done: number) => void,
    signal?: AbortSignal,
  ): Promise<CareerScore[]>;
  /** Exact, by search, and so much faster than one whole distribution per observation. */
  topOccupations(
    histories: readonly CareerHistory[],
    onScored: (done: number) => void,
    signal?: AbortSignal,
  ): Promise<CareerTop[]>;
  /** The tokens of a career's text, for people who want to see them. */
  tokenize(history: CareerHistory, next: NextStep, signal?: AbortSignal): Promise<TokenPiece[]>;
  /**
   * Measures the loaded model on its device, and what the device can do at best; some seconds up to a minute. `runs`: how
   * often each thing is timed, where time allows.
   */
  bench(
    onProgress: (progress: BenchProgress) => void,
    signal?: AbortSignal,
    runs?: number,
  ): Promise<BenchReport>;
  /** Stores a career because the person asked for it; the same `id` replaces. Needs no model. */
  saveCareer(career: CareerToSave): Promise<SavedCareer>;
  renameCareer(id: string, name: string): Promise<void>;
  deleteCareer(id: string): Promise<void>;
  /** Switches on or off that unsaved work is kept as a draft. Off deletes the draft. */
  keepDrafts(isOn: boolean): Promise<void>;
  /** Keeps unsaved work, if the person switched drafts on; resolves to whether it was kept. */
  saveDraft(career: Omit<CareerToSave, 'id'>): Promise<boolean>;
  /** Forgets which devices failed and which weights were fastest: the next `start` measures again. */
  forgetMeasurements(): Promise<void>;
  /** Everything that the person made and kept here, as one ZIP archive. */
  exportEverything(): Promise<Blob>;
  /** What such an archive holds, compared with what is here. Changes nothing. */
  inspectBackup(file: Blob): Promise<BackupSummary>;
  /** Brings it in, all or nothing; nothing that is here is overwritten. */
  importBackup(file: Blob, sameId: SameId): Promise<BackupSummary>;
  /** Careers, draft, settings, weights and measurements: everything this origin keeps. */
  deleteEverything(): Promise<void>;
  /** `isFresh`: tries to connect once more. */
  realm(isFresh: boolean): Promise<RealmReport>;
}

/** What happened to the worker and what is being done about it, in plain words. */
export type WorkerStatus =
  | { phase: 'running' }
  | { phase: 'restarting'; message: string; waitingCalls: number }
  | { phase: 'reloading'; message: string; progress: ModelProgress }
  | { phase: 'recovered'; message: string; report: ModelReport | null }
  | { phase: 'failed'; message: string; code: ErrorCode };

/** The supervised worker that the page holds. */
export interface OnwardConnection extends OnwardWorker {
  readonly status: WorkerStatus;
  /** Calls `listener` at every change; returns the function that stops it. */
  onStatus(listener: (status: WorkerStatus) => void): () => void;
  /** Ends the worker; calls that wait, and later ones, reject with `aborted`. */
  close(): void;
}
