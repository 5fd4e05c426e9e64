import { AppError, asAppError } from '../../platform/index.ts';

/** Two tabs must not train one run: whoever opens it holds a Web Lock, which the browser frees when the tab is gone. */
const lockName = (run: string) => `onward-run-${run}`;

/** A worker that hangs keeps its locks for a while after its end: Chromium gives its code 2 s. In milliseconds. */
const patience = 4000;

const locksHere = (): LockManager | undefined => globalThis.navigator?.locks;

/** Takes the run for this worker; the returned function gives it back. Throws `in-use` where another tab keeps it. */
export async function leaseRun(run: string): Promise<() => Promise<void>> {
  const locks = locksHere();
  if (!locks) return () => Promise.resolve();
  return new Promise((resolve, reject) => {
    const hold = () =>
      new Promise<void>((free) =>
        resolve(async () => {
          free();
          await held;
        }),
      );
    const held = locks.request(lockName(run), { signal: AbortSignal.timeout(patience) }, hold);
    held.catch((error: unknown) => {
      const isKept = error instanceof DOMException && error.name === 'TimeoutError';
      const message = 'This run is open in another tab; close it there first';
      reject(isKept ? new AppError('in-use', message, { run }) : asAppError(error));
    });
  });
}

/** Ids of the runs that some tab has open. */
export async function leasedRuns(): Promise<ReadonlySet<string>> {
  const { held = [] } = (await locksHere()?.query()) ?? {};
  const prefix = lockName('');
  return new Set(held.flatMap(({ name }) => (name?.startsWith(prefix) ? [name.slice(prefix.length)] : [])));
}
