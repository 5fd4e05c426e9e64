/** Seconds over which speed is told. */
const span = 5;
/** Least time between two tellings, in milliseconds. */
const interval = 50;

/** What a run tells while it steps: at most 20 times a second, means since the last time. */
export class RunSpeed {
  readonly #recent: { at: number; examples: number }[] = [];
  #loss = { sum: 0, steps: 0 };
  #lastTold = -Infinity;
  /** Spent on steps and tuning people, in seconds. */
  seconds = 0;

  constructor(private readonly now: () => number = () => performance.now()) {}

  add(loss: number, examples: number): void {
    const at = this.now();
    this.#recent.push({ at, examples });
    while (this.#recent.length > 2 && at - this.#recent[0].at > span * 1000) this.#recent.shift();
    this.#loss = { sum: this.#loss.sum + loss, steps: this.#loss.steps + 1 };
  }

  /** Whether it is time to tell. */
  get isDue(): boolean {
    return this.now() - this.#lastTold >= interval;
  }

  /** Figures of the last seconds; `stepsLeft` until the last epoch. */
  told(stepsLeft: number): { loss: number; examplesPerSecond: number; secondsLeft: number | null } {
    this.#lastTold = this.now();
    const [first, ...later] = this.#recent;
    const elapsed = later.length > 0 ? (this.#recent[this.#recent.length - 1].at - first.at) / 1000 : 0;
    const examples = later.reduce((sum, step) => sum + step.examples, 0);
    const loss = this.#loss.sum / Math.max(1, this.#loss.steps);
    this.#loss = { sum: 0, steps: 0 };
    return {
      loss,
      examplesPerSecond: elapsed > 0 ? examples / elapsed : 0,
      secondsLeft: elapsed > 0 ? (stepsLeft * elapsed) / later.length : null,
    };
  }
}
