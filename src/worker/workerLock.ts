/**
 * The worker's sign of life: a Web Lock that it holds until it is gone, however it goes. Whoever asks for the same
 * lock gets it at that moment. Where a browser has no locks, pings alone tell.
 */

/** Takes the lock for good; resolves when this worker has it. */
export function holdLock(name: string): Promise<void> {
  const locks: LockManager | undefined = globalThis.navigator?.locks;
  if (!locks) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const hold = () => {
      resolve();
      return new Promise<never>(() => undefined);
    };
    locks.request(name, hold).catch(reject);
  });
}

/** Calls `onFree` once the worker that holds the lock is gone, unless the signal comes first. */
export function whenLockIsFree(name: string, signal: AbortSignal, onFree: () => void): void {
  const locks: LockManager | undefined = globalThis.navigator?.locks;
  if (signal.aborted) return;
  // Rejects when the signal comes.
  locks?.request(name, { signal }, onFree).catch(() => undefined);
}
