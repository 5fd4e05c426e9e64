import type { AppError } from '../platform/index.ts';

/**
 * Runs `work` while no other tab of this origin, and nothing else here, holds the lock of this name; throws `taken()` at
 * once where somebody does. A tab that is closed or crashes lets go of it. Where a browser has no locks, it just runs.
 */
export async function whileAlone<T>(name: string, taken: () => AppError, work: () => Promise<T>): Promise<T> {
  const locks: LockManager | undefined = globalThis.navigator?.locks;
  if (!locks) return work();
  return locks.request(name, { ifAvailable: true }, async (lock) => {
    if (lock === null) throw taken();
    return work();
  });
}
