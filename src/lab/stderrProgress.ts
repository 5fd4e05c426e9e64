/** A line on stderr that grows: rewritten in place on a terminal, one line per tenth elsewhere. */
export class StderrProgress {
  #lastTenth = -1;
  #lastWrite = 0;
  readonly #start = performance.now();

  constructor(
    readonly label: string,
    readonly total: number,
  ) {}

  update(done: number): void {
    const fraction = this.total > 0 ? done / this.total : 1;
    const now = performance.now();
    const isDone = done >= this.total;
    if (process.stderr.isTTY) {
      if (now - this.#lastWrite < 100 && !isDone) return;
      this.#lastWrite = now;
      process.stderr.write(`\r\u001b[K${this.#line(fraction, now)}${isDone ? '\n' : ''}`);
      return;
    }
    const tenth = Math.floor(fraction * 10);
    if (tenth <= this.#lastTenth) return;
    this.#lastTenth = tenth;
    process.stderr.write(`${this.#line(fraction, now)}\n`);
  }

  #line(fraction: number, now: number): string {
    const seconds = (now - this.#start) / 1000;
    const left =
      fraction > 0 && fraction < 1 ? `, ${((seconds / fraction) * (1 - fraction)).toFixed(0)} s left` : '';
    return `${this.label}: ${(100 * fraction).toFixed(0)} % (${seconds.toFixed(1)} s${left})`;
  }
}

/** One line of news on stderr. */
export function tell(message: string): void {
  process.stderr.write(`${message}\n`);
}
