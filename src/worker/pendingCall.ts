import { type AppError, asAppError } from '../platform/index.ts';

/** How a call is put to a worker: `callId` names it there. Sent again, unchanged, to the worker that follows. */
export type Send<Host, T> = (host: Host, callId: number) => Promise<T>;

/** A call that waits for its answer. */
export class PendingCall<Host, Event, T> {
  /** Settles once, whatever happens to workers. */
  readonly answer: Promise<T>;
  /** Resolves when no worker works on the call any more; after an abort that is later than the answer. */
  readonly settled: Promise<void>;
  /** Times it was put to a new worker because the one before failed under it. */
  retries = 0;
  #grace: ReturnType<typeof setTimeout> | undefined;
  private run!: (host: Host) => Promise<void>;
  private rejectAnswer!: (error: AppError) => void;
  private resolveSettled!: () => void;

  constructor(
    readonly id: number,
    readonly needsModel: boolean,
    send: Send<Host, T>,
    readonly onEvent: (event: Event) => void,
  ) {
    this.answer = new Promise((resolve, reject) => {
      this.rejectAnswer = reject;
      this.run = async (host) => resolve(await send(host, id));
    });
    // Whoever waits for `settled` first looks at the answer late.
    this.answer.catch(() => undefined);
    this.settled = new Promise((resolve) => (this.resolveSettled = resolve));
  }

  /** Puts the call to `host`. Resolves to null when it is answered, else to the error, which is not passed on. */
  async attempt(host: Host): Promise<AppError | null> {
    try {
      await this.run(host);
      return null;
    } catch (error) {
      return asAppError(error);
    }
  }

  /** Gives `error` as the answer; the worker may still be at work on it. */
  reject(error: AppError): void {
    this.rejectAnswer(error);
  }

  /** Calls `onOverdue` unless the call settles within `graceMs`. */
  expectEnd(graceMs: number, onOverdue: () => void): void {
    this.#grace = setTimeout(onOverdue, graceMs);
  }

  settle(): void {
    clearTimeout(this.#grace);
    this.resolveSettled();
  }
}
