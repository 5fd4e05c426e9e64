import { AppError } from '../platform/index.ts';

/** What the browser says about this origin's storage, in bytes. Browsers round it, pad it or make it up: an estimate. */
export interface StorageEstimateReport {
  usage: number;
  quota: number;
  /** Whether the browser promised not to clear it when the disk runs full. */
  isPersisted: boolean;
}

/** The browser's estimate, or null where it gives none (old browsers, pages that are not a secure context). */
export async function estimateStorage(): Promise<StorageEstimateReport | null> {
  const storage: Partial<StorageManager> | undefined = globalThis.navigator?.storage;
  if (!storage?.estimate) return null;
  try {
    const { usage = 0, quota = 0 } = await storage.estimate();
    return { usage, quota, isPersisted: (await storage.persisted?.()) ?? false };
  } catch {
    return null;
  }
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

/** AppError `quota` with the estimate's figures: `usage` and `quota`, in bytes, where the browser tells them. */
export async function quotaError(cause: unknown): Promise<AppError> {
  const estimate = await estimateStorage();
  if (!estimate) return new AppError('quota', 'This device has no room left for it', {}, { cause });
  const { usage, quota } = estimate;
  // Chromium tells every page of some 10 GB, whatever is free: such a figure must not contradict what happened.
  const figures =
    usage < 0.8 * quota
      ? `${megabytes(usage)} are used here, and the disk itself may be full, whatever the browser’s estimate of ${megabytes(quota)} says`
      : `${megabytes(usage)} of the ${megabytes(quota)} that the browser allows are used`;
  return new AppError(
    'quota',
    `This device has no room left for it: ${figures}`,
    { usage, quota },
    { cause },
  );
}
