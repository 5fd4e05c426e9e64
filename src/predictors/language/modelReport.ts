import type { ErrorCode } from '../../platform/index.ts';
import type { AdapterSummary } from '../../storage/index.ts';

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
