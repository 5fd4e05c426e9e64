/**
 * The one typed contract between page and worker. Types only: no code, no imports but types.
 */
import type { CareerHistory } from '../career/index.ts';
import type { NextStep, OccupationList } from '../occupation/index.ts';

export type DevicePreference = 'auto' | 'webgpu' | 'wasm';
export type Device = 'webgpu' | 'wasm';

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
  attempts: readonly { device: string; isUsable: boolean; reason: string }[];
}

/** What is loaded, and which people and years it learned from. */
export interface ModelReport {
  name: string;
  revision: string;
  weightBytes: number;
  isFromCache: boolean;
  populations: readonly { name: string; people: number; firstYear: number; lastYear: number }[];
  device: DeviceReport;
}

export interface PredictRequest {
  history: CareerHistory;
  next: NextStep;
  /** The bundled list where absent. */
  list?: OccupationList;
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

export interface TokenPiece {
  id: number;
  text: string;
}

/** What the page may ask of the worker. Every call rejects with an `AppError`; none hangs. */
export interface OnwardWorker {
  start(preference: DevicePreference, onProgress: (progress: ModelProgress) => void): Promise<ModelReport>;
  predict(request: PredictRequest): Promise<Prediction>;
  scoreCareers(histories: readonly CareerHistory[], onScored: (done: number) => void): Promise<CareerScore[]>;
  /** The tokens of a career's text, for people who want to see them. */
  tokenize(history: CareerHistory, next: NextStep): Promise<TokenPiece[]>;
}
