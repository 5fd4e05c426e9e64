import { isAbort, type AppError } from '../../../platform/index.ts';
import { asAppError } from '../../advice.ts';

/** What a section of the page is doing: busy with what, how far, and what went wrong. */
export class Attempt {
  error = $state.raw<AppError | null>(null);
  /** What was done last, for the screen reader and the eye. */
  message = $state('');
  /** What is being done; null: nothing. */
  busy = $state<string | null>(null);
  /** `[done, total]`, where the work says how far it is. */
  progress = $state.raw<readonly [number, number] | null>(null);
  #abort: AbortController | null = null;

  readonly onProgress = (done: number, total: number): void => {
    this.progress = [done, total];
  };

  /** Does one thing, cancelling the one before it. A failure is in `error`; it resolves to null then, and when cancelled. */
  async run<T>(busy: string, work: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    this.#abort?.abort();
    const abort = new AbortController();
    this.#abort = abort;
    this.busy = busy;
    this.progress = null;
    this.error = null;
    this.message = '';
    try {
      return await work(abort.signal);
    } catch (error) {
      if (this.#abort === abort && !isAbort(error)) this.error = asAppError(error);
      return null;
    } finally {
      if (this.#abort === abort) {
        this.#abort = null;
        this.busy = null;
        this.progress = null;
      }
    }
  }

  cancel(): void {
    this.#abort?.abort();
  }
}
