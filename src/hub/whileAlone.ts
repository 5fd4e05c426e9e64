import { AppError } from '../platform/index.ts';

/**
 * Runs `work` while nobody else, in any tab of this origin, downloads, reads or cancels the model of this id; throws
 * `AppError('in-use')` at once where somebody does. A tab that is closed or crashes lets go of it. Where a browser has
 * no locks, it just runs.
 */
export async function whileAlone<T>(id: string, work: () => Promise<T>): Promise<T> {
  const locks: LockManager | undefined = globalThis.navigator?.locks;
  if (!locks) return work();
  return locks.request(`onward-model ${id}`, { ifAvailable: true }, async (lock) => {
    if (lock === null) throw inUse();
    return work();
  });
}

export function inUse(): AppError {
  return new AppError('in-use', 'This model is being stored already, here or in another tab');
}
