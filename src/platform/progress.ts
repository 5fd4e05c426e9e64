/** `done` of `total`, in one unit (bytes, steps, …) that the owner of the bar chose. */
export type ReportProgress = (done: number, total: number) => void;

/**
 * One honest bar. `done` never goes back and never passes `total`; `total` never changes; `complete` reports
 * exactly `total`, once. Repeated and stale values are not reported again.
 */
export class Progress {
  #done = 0;

  constructor(
    readonly total: number,
    private readonly report: ReportProgress,
  ) {
    if (!(total > 0 && Number.isFinite(total))) throw new RangeError(`total must be positive, is ${total}`);
    report(0, total);
  }

  get done(): number {
    return this.#done;
  }

  /** Moves the bar to `done`; a value behind the bar (or NaN) leaves it where it is. */
  to(done: number): void {
    const next = Math.min(done, this.total);
    if (!(next > this.#done)) return;
    this.#done = next;
    this.report(next, this.total);
  }

  advance(amount: number): void {
    this.to(this.#done + amount);
  }

  complete(): void {
    this.to(this.total);
  }

  /** A bar of its own whose whole length is the next `amount` of this one. Parts follow one another. */
  part(amount: number, total: number): Progress {
    const start = this.#done;
    // At its end the part lands on the exact sum, free of rounding.
    return new Progress(total, (done) =>
      this.to(done === total ? start + amount : start + (amount * done) / total),
    );
  }
}
