/**
 * The one typed contract between page and worker. Types only: no code, no imports but types.
 */
import type { CareerHistory } from '../career/index.ts';
import type { NextStep, OccupationList } from '../occupation/index.ts';
import type { ErrorCode } from '../platform/index.ts';
import type { Traffic } from '../shell/index.ts';
import type { BackupSummary, CareerToSave, SameId, SavedCareer } from '../storage/index.ts';
import type { HeldModel } from '../weights/index.ts';
import type { BenchProgress, BenchReport } from './bench/benchContract.ts';
import type { AdapterSummary } from './learningContract.ts';

export type DevicePreference = 'auto' | 'webgpu' | 'wasm';
export type Device = 'webgpu' | 'wasm';
/**
 * Which language model: one that is stored on this device, by its id; one that is only in memory, itself; or null: the one
 * that comes with the app.
 */
export type ModelChoice = string | HeldModel | null;

/** One honest bar: `fraction` in [0, 1] never goes back, and is 1 exactly when the phase is `ready`. */
export interface ModelProgress {
  phase: 'probing' | 'downloading' | 'verifying' | 'compiling' | 'ready';
  fraction: number;
  /** Bytes of weights so far and in total, while they are downloaded or verified. */
  loadedBytes?: number;
  totalBytes?: number;
}

/** Which device runs, how that was decided, and every attempt that failed, in plain words. */
export interface DeviceReport {
  device: Device;
  /** Adapter description, or the processor with its thread count. */
  name: string;
  threads: number;
  /** Weights in use: `q8`, `fp32` (dequantized at load), `fp16`, … chosen by measured speed. */
  variant: string;
  reason: string;
  /** `hasRun`: it computed, or failed to in time. `measuredAt`: on an earlier visit; it was not tried again. */
  attempts: readonly {
    device: string;
    isUsable: boolean;
    reason: string;
    hasRun: boolean;
    measuredAt?: number;
  }[];
  /** The earliest time, in milliseconds since 1970, of what is remembered of earlier visits; absent where all was measured now. */
  rememberedSince?: number;
}

/** What is loaded, and which people and years it learned from. */
export interface ModelReport {
  name: string;
  revision: string;
  weightBytes: number;
  isFromCache: boolean;
  /** Set for a model that another tab downloaded into memory: nothing of it is on the disk. */
  isOnlyInMemory?: boolean;
  populations: readonly { name: string; people: number; firstYear: number; lastYear: number }[];
  device: DeviceReport;
  /** What was trained on this model and came with it; the best last. */
  adapters: readonly AdapterSummary[];
  /** Set where the weights could not be kept and the model runs from memory: why, with the figures (`usage`, `quota`). */
  notKept?: { code: ErrorCode; message: string; data: Readonly<Record<string, string | number | boolean>> };
}

export interface PredictRequest {
  history: CareerHistory;
  next: NextStep;
  /** The bundled list where absent. */
  list?: OccupationList;
  /** Ids of adapters that answer, too: `ModelReport.adapters` where absent, as far as they predict this list. */
  adapters?: readonly string[];
}

/** What something trained says, beside the language route. */
export interface AdapterAnswer {
  id: string;
  name: string;
  kind: AdapterSummary['kind'];
  /** In the order of the adapter's own list; sums to 1. */
  codes: readonly string[];
  probabilities: Float64Array;
}

/** The language route's answer, in list order. */
export interface Prediction {
  codes: readonly string[];
  /** Product of the title's token probabilities, title-ending token included. Sums to `validMass`. */
  raw: Float64Array;
  /** `raw / validMass`; sums to 1. */
  renormalised: Float64Array;
  validMass: number;
  promptTokens: number;
  /** Prompt tokens taken from the KV cache of an earlier call. */
  reusedTokens: number;
  /** Trie nodes that were run through the model. */
  forwardedNodes: number;
  /** First records that did not fit into the model's context and were not read; 0 for most careers. */
  leftOutRecords: number;
  /** In the order asked for; adapters of another list are left out. */
  adapters: readonly AdapterAnswer[];
  milliseconds: number;
}

/** Every observation of one career, scored in one pass. */
export interface CareerScore {
  personId: string;
  /** Natural log of the raw probability of each observation's own title. */
  logProbs: Float64Array;
  /** Natural log of the raw probability of repeating the previous title; NaN at the first observation. */
  stayLogProbs: Float64Array;
  tokens: number;
}

/** The most probable occupation of the bundled list at every observation of one career; raw probabilities. */
export interface CareerTop {
  personId: string;
  codes: string[];
  logProbs: Float64Array;
  tokens: number;
}

/** What a worker knows of its own walls. */
export interface RealmReport {
  /** Whether its policy refused it every connection, as it found by trying. */
  isSealed: boolean;
  traffic: Traffic;
}

export interface TokenPiece {
  id: number;
  text: string;
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
  predict(request: PredictRequest, signal?: AbortSignal): Promise<Prediction>;
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
