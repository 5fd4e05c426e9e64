import type { Destination, Downloads, HoldOptions, Wait } from '../../../hub/index.ts';
import { type AppError, isAbort } from '../../../platform/index.ts';
import type { DownloadRow, HeldModel } from '../../../weights/index.ts';
import { asAppError } from '../../advice.ts';

/** Half of the speed shown is not older than this. */
const SPEED_MEMORY_MS = 4_000;
const SHOWN_EVERY_MS = 200;

/** One download that is not finished, as the page shows it. */
export class ModelDownload {
  loadedBytes = $state(0);
  isRunning = $state(false);
  destination = $state<Destination>('store');
  bytesPerSecond = $state<number | null>(null);
  wait = $state.raw<Wait | null>(null);
  error = $state.raw<AppError | null>(null);
  #seen: { at: number; bytes: number } | null = null;

  constructor(
    private readonly downloads: Downloads,
    readonly row: DownloadRow,
  ) {}

  get id(): string {
    return this.row.id;
  }

  /** An import that was cut off: only its files can be read again, by choosing them again. */
  get canResume(): boolean {
    return this.row.source === 'hub';
  }

  get secondsLeft(): number | null {
    const rest = this.row.bytes - this.loadedBytes;
    return this.bytesPerSecond ? rest / this.bytesPerSecond : null;
  }

  async findStored(): Promise<void> {
    this.loadedBytes = await this.downloads.storedBytes(this.row);
  }

  /** Runs until the model is stored; resolves to whether it is. */
  async resume({ isForced = false } = {}): Promise<boolean> {
    this.destination = 'store';
    const stored = await this.#run((options) => this.downloads.resume(this.id, { ...options, isForced }));
    return stored !== null;
  }

  /** Runs until the model is in this tab's memory; null where it stopped. */
  async hold(): Promise<HeldModel | null> {
    this.destination = 'memory';
    return this.#run((options) => this.downloads.hold(this.id, options));
  }

  async #run<T>(work: (options: HoldOptions) => Promise<T>): Promise<T | null> {
    this.isRunning = true;
    this.error = null;
    this.bytesPerSecond = null;
    this.#seen = null;
    try {
      return await work({
        onProgress: (done) => this.#follow(done),
        onWait: (wait) => {
          this.wait = wait;
        },
      });
    } catch (error) {
      if (!isAbort(error)) this.error = asAppError(error);
      return null;
    } finally {
      this.isRunning = false;
      this.wait = null;
    }
  }

  pause(): void {
    this.downloads.pause(this.id);
  }

  /** Bytes come in thousands of pieces; the eye needs a few figures a second. */
  #follow(done: number): void {
    const at = performance.now();
    // What an earlier visit stored counts for the bar and not for the speed.
    const before = (this.#seen ??= { at, bytes: done });
    const elapsed = at - before.at;
    if (elapsed > 0 && elapsed < SHOWN_EVERY_MS && done < this.row.bytes) return;
    this.loadedBytes = done;
    if (elapsed === 0) return;
    const now = (1000 * (done - before.bytes)) / elapsed;
    const old = this.bytesPerSecond ?? now;
    const weight = 0.5 ** (elapsed / SPEED_MEMORY_MS);
    this.bytesPerSecond = weight * old + (1 - weight) * now;
    this.#seen = { at, bytes: done };
  }
}
