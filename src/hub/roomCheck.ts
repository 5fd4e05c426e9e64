import { AppError } from '../platform/index.ts';
import { estimateStorage } from '../weights/index.ts';

/** Rows, indexes and the browser's own padding on top of the bytes themselves. */
const OVERHEAD = 1.05;

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;

/** What the browser would say if it were asked for room for so many bytes more. */
export interface RoomCheck {
  neededBytes: number;
  /** Null where the browser does not tell. */
  freeBytes: number | null;
  isEnough: boolean;
  isPersisted: boolean;
}

/** Compares what is wanted with the browser's estimate; both are rounded, so that it is a warning and no promise. */
export async function checkRoom(wantedBytes: number): Promise<RoomCheck> {
  const estimate = await estimateStorage();
  const neededBytes = Math.ceil(wantedBytes * OVERHEAD);
  const freeBytes = estimate && estimate.quota > 0 ? Math.max(0, estimate.quota - estimate.usage) : null;
  return {
    neededBytes,
    freeBytes,
    isEnough: freeBytes === null || freeBytes >= neededBytes,
    isPersisted: estimate?.isPersisted ?? false,
  };
}

/**
 * Asks the browser not to clear what is stored when the disk runs full. Nobody waits for its answer: Firefox asks the person, and
 * says nothing until they have answered.
 */
export function askToPersist(): void {
  const storage: Partial<StorageManager> | undefined = globalThis.navigator?.storage;
  storage?.persist?.().catch(() => undefined);
}

/** Throws `AppError('quota')` with the figures where there is too little room. */
export async function requireRoom(wantedBytes: number): Promise<void> {
  const { isEnough, freeBytes, neededBytes } = await checkRoom(wantedBytes);
  if (isEnough || freeBytes === null) return;
  throw new AppError(
    'quota',
    `It needs ${megabytes(neededBytes)} on this device, and the browser allows about ${megabytes(freeBytes)} more. Remove a model or free some space; the browser’s figure is an estimate, so you may also try`,
    { needed: neededBytes, free: freeBytes },
  );
}
