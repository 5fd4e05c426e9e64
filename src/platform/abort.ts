import { AppError } from './errors.ts';

/** The one shape of an abort: AppError `aborted`, with the signal's own reason as its cause. */
export function abortError(signal: AbortSignal): AppError {
  return new AppError('aborted', 'Stopped before it was finished', {}, { cause: signal.reason });
}

/** Throws AppError `aborted` if the signal is set. Call between units of work. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal);
}

/**
 * Settles like `promise`, unless the signal comes first: then rejects at once with AppError `aborted`, and the
 * late result or failure of `promise` is ignored.
 */
export async function withAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  // From here on, a failure that comes after the abort has a handler.
  promise.catch(() => undefined);
  throwIfAborted(signal);
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(abortError(signal));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof AppError && error.code === 'aborted';
}
