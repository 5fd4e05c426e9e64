/**
 * Runs one task at a time and keeps at most one waiting: a newer request replaces the waiting one, whose promise
 * then resolves to `superseded`. So the latest edit wins and nothing queues up.
 */
export class LatestOnly<T> {
  #isRunning = false;
  #waiting: { task: () => Promise<T>; settle: (outcome: Promise<T> | typeof superseded) => void } | null =
    null;

  /** Resolves to the task's result, or to `superseded` where a newer request came before the task began. */
  run(task: () => Promise<T>): Promise<T | typeof superseded> {
    return new Promise((settle) => {
      this.#waiting?.settle(superseded);
      this.#waiting = { task, settle };
      if (!this.#isRunning) void this.#drain();
    });
  }

  /** True where a newer request waits, so that the running one's result is already out of date. */
  get hasNewer(): boolean {
    return this.#waiting !== null;
  }

  async #drain(): Promise<void> {
    this.#isRunning = true;
    while (this.#waiting) {
      const { task, settle } = this.#waiting;
      this.#waiting = null;
      const outcome = task();
      settle(outcome);
      // The caller handles a failure; here it only ends the turn.
      await outcome.catch(() => undefined);
    }
    this.#isRunning = false;
  }
}

/** What a request gets that a newer one replaced. */
export const superseded = Symbol('superseded');
