/** What a model's speed on a device is reported as. Types only. Times are milliseconds; FLOP are single additions and multiplications. */
import type { Timing } from '../../lm/index.ts';
import type { Device, DeviceReport } from '../../predictors/language/index.ts';

export type { Timing };

/** One honest bar: `fraction` in [0, 1] never goes back, and is 1 at the end. */
export interface BenchProgress {
  part: 'limits' | 'prefill' | 'decode' | 'answer';
  fraction: number;
}

/** Reading a text of `tokens` tokens from nothing. */
export interface PrefillSpeed {
  tokens: number;
  timing: Timing;
  prefillTokensPerSecond: number;
  /** Of the products that the answer needs: see `prefillFlop`. */
  flop: number;
  flopPerSecond: number;
  /** Of the fastest bare product that was measured beside it. */
  shareOfProduct: number;
}

/** One token at a time behind a text whose keys and values are kept. */
export interface DecodeSpeed {
  prefixTokens: number;
  /** Of one token; `runs` counts tokens. */
  timing: Timing;
  decodeTokensPerSecond: number;
  /** Bytes of weights that each token reads, as they are stored. */
  weightBytes: number;
  weightBytesPerSecond: number;
  /** Of the bare copy that was measured beside it. Above 1 where the weights stay in a cache of the processor. */
  shareOfCopy: number;
}

/** Every occupation of the bundled list after a career of `records` years. */
export interface AnswerSpeed {
  records: number;
  titles: number;
  promptTokens: number;
  /** Tokens of titles that were run through the model. */
  forwardedNodes: number;
  cold: Timing;
  /** After a change of the last line: `reusedTokens` of the prompt were kept. */
  reused: Timing;
  reusedTokens: number;
}

/** `[rows, inner] · [inner, columns]`, nothing else. */
export interface ProductLimit {
  rows: number;
  inner: number;
  columns: number;
  elementType: 'float32' | 'float16';
  timing: Timing;
  flopPerSecond: number;
}

/** What the device can do at best, measured in the same run. */
export interface DeviceLimits {
  products: readonly ProductLimit[];
  /** Of the fastest product. */
  flopPerSecond: number;
  /** Bytes read and written by adding a number to every element of a large array. */
  copy: { bytes: number; timing: Timing; bytesPerSecond: number };
}

export interface BenchMemory {
  /** Files of the model as they are stored. */
  fileBytes: number;
  /** Weights as they run. */
  weightBytes: number;
  /** Keys and values of one token, and of the longest text that the model can read. */
  cacheBytesPerToken: number;
  cacheBytes: number;
}

/** What the worker measures. */
export interface ModelSpeed {
  model: string;
  revision: string;
  device: DeviceReport;
  contextLength: number;
  /** Weights that each token is multiplied with in the layers, and those of the head. */
  layerWeights: number;
  headWeights: number;
  limits: DeviceLimits;
  prefill: readonly PrefillSpeed[];
  /** Texts that would have taken too long, and how long. */
  leftOut: readonly { tokens: number; expectedMs: number }[];
  decode: DecodeSpeed;
  answer: AnswerSpeed;
  memory: BenchMemory;
  /** Of the whole measurement. */
  seconds: number;
}

/** On what it ran, as far as a page may know. */
export interface BenchMachine {
  userAgent: string;
  cores: number;
  isCrossOriginIsolated: boolean;
  /** When it was measured, ISO 8601. */
  measuredAt: string;
}

export interface BenchReport extends ModelSpeed {
  machine: BenchMachine;
  /** Page and workers together as the browser counts them, or null and why they cannot be measured. */
  pageMemory: { bytes: number } | { bytes: null; reason: string };
}

/** From the start of the worker to the first whole answer. */
export interface FirstAnswer {
  device: Device;
  timeToFirstAnswerMs: number;
  /** Of that, until the model was loaded. */
  loadMs: number;
  /** Weights were on this device already. */
  isFromCache: boolean;
  /** An earlier visit had found out which device and which form of the weights is fastest. */
  isRemembered: boolean;
}
