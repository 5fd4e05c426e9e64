import { AppError } from '../../platform/index.ts';

/** Two tabs must not train one run: whoever opens it holds a Web Lock, which the browser frees when the tab is gone. */
const lockName = (run: string) => `onward-run-${run}`;

const locksHere = (): LockManager | undefined => globalThis.navigator?.locks;

/** Takes the run for this worker; the returned function gives it back. Throws `in-use` where another tab has it. */
export async function leaseRun(run: string): Promise<() => void> {
  const locks = locksHere();
  if (!locks) return () => undefined;
  return new Promise((resolve, reject) => {
    const request = locks.request(lockName(run), { ifAvailable: true }, (lock) => {
      if (!lock)
        throw new AppError('in-use', 'This run is open in another tab; close it there first', { run });
      return new Promise<void>((giveBack) => resolve(() => giveBack()));
    });
    request.catch(reject);
  });
}

/** Ids of the runs that some tab has open. */
export async function leasedRuns(): Promise<ReadonlySet<string>> {
  const { held = [] } = (await locksHere()?.query()) ?? {};
  const prefix = lockName('');
  return new Set(held.flatMap(({ name }) => (name?.startsWith(prefix) ? [name.slice(prefix.length)] : [])));
}
