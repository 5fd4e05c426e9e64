/** One line on stderr with a bar, speed and the time that is left; a plain line a minute where stderr is no terminal. */
export class ProgressLine {
  private readonly started = Date.now();
  private lastShown = 0;
  private tokens = 0;
  private meanLoss: number | null = null;

  constructor(
    private readonly total: number,
    private readonly firstStep: number,
  ) {}

  show(step: number, tokens: number, loss: number): void {
    this.tokens += tokens;
    this.meanLoss = this.meanLoss === null ? loss : this.meanLoss * 0.98 + loss * 0.02;
    const interval = process.stderr.isTTY ? 250 : 60_000;
    if (Date.now() - this.lastShown < interval && step < this.total) return;
    this.lastShown = Date.now();
    const seconds = (Date.now() - this.started) / 1000;
    const secondsLeft = (seconds / (step - this.firstStep)) * (this.total - step);
    const filled = Math.round((30 * step) / this.total);
    this.write(
      `[${'█'.repeat(filled)}${'·'.repeat(30 - filled)}] step ${step}/${this.total}` +
        `  loss ${this.meanLoss.toFixed(3)}  ${Math.round(this.tokens / seconds)} tokens/s` +
        `  ${Math.ceil(secondsLeft / 60)} min left`,
    );
  }

  /** A line that stays. */
  note(text: string): void {
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}\n` : `${text}\n`);
  }

  private write(text: string): void {
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}` : `${text}\n`);
  }
}
