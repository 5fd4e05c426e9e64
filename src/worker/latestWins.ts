import { AppError } from '../platform/index.ts';

/** A run that waits for its turn. */
interface Waiting {
  begin: () => void;
  supersede: () => void;
}

/**
 * One run at a time and at most one that waits: the next one that comes takes the place of the one that waits,
 * which rejects with AppError `aborted` and `data.superseded`. So a person who types fast never builds a queue.
 * It sits on the page's side of the boundary: a worker that computes does not read its messages.
 */
export class LatestWins {
  #isBusy = false;
  #waiting: Waiting | null = null;

  /** Settles like `run`, once it is its turn. An aborted signal gives up the place in the queue at once. */
  async run<T>(run: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#isBusy) await this.#turn(signal);
    this.#isBusy = true;
    try {
      return await run();
    } finally {
      // The turn is handed over: nobody gets in between.
      if (this.#waiting) this.#waiting.begin();
      else this.#isBusy = false;
    }
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    this.#waiting?.supersede();
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        begin: () => leave(resolve),
        supersede: () => leave(() => reject(superseded())),
      };
      const onAbort = () => leave(() => reject(new AppError('aborted', 'Stopped before it began')));
      const leave = (settle: () => void) => {
        signal?.removeEventListener('abort', onAbort);
        if (this.#waiting === waiting) this.#waiting = null;
        settle();
      };
      this.#waiting = waiting;
      signal?.addEventListener('abort', onAbort);
    });
  }
}

function superseded(): AppError {
  return new AppError('aborted', 'A newer edit took its place', { superseded: true });
}
