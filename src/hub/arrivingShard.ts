import { isAbort } from '../platform/index.ts';
import type { FilesOnTheirWay } from '../weights/index.ts';
import { type FileSource, readRange } from './fileSource.ts';
import { type PatientOptions, patiently } from './patience.ts';

/** What a crash may cost, at most, of a shard that is coming slowly. */
const KEPT_EVERY_MS = 2_000;

export interface ArrivingShardOptions extends PatientOptions {
  /** So many more bytes are here, from the store or from the server. */
  onBytes: (bytes: number) => void;
}

/** One shard (or one small file) on its way into memory; what is here of it survives a stop in the middle. */
export class ArrivingShard {
  #filled = 0;
  #kept = 0;
  #keptAt = performance.now();

  private constructor(
    private readonly source: FileSource,
    /** Of the file, as the store knows it. */
    private readonly key: string,
    private readonly index: number,
    private readonly start: number,
    private readonly data: Uint8Array<ArrayBuffer>,
    private readonly arriving: FilesOnTheirWay,
  ) {}

  /**
   * The bytes `[start, end)` of the file. Throws `AppError`: what `readRange` throws when patience has ended, `quota`,
   * `storage`; or `RangesIgnored`. What had come until then is kept for the next time.
   */
  static async fetch(
    source: FileSource,
    key: string,
    index: number,
    { start, end }: { start: number; end: number },
    arriving: FilesOnTheirWay,
    options: ArrivingShardOptions,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const data = new Uint8Array(end - start);
    const shard = new ArrivingShard(source, key, index, start, data, arriving);
    await shard.#takeUp(options);
    try {
      await patiently((advanced) => shard.#attempt(advanced, options), options);
    } catch (error) {
      // A full or broken store must not hide why the download stopped.
      if (isAbort(error)) await shard.#keep().catch(() => undefined);
      throw error;
    }
    return data;
  }

  async #takeUp({ onBytes }: ArrivingShardOptions): Promise<void> {
    const piece = await this.arriving.piece(this.key, this.index);
    if (piece === null || piece.length > this.data.length) return;
    this.data.set(piece);
    this.#filled = piece.length;
    this.#kept = piece.length;
    onBytes(piece.length);
  }

  async #attempt(advanced: () => void, { patience, signal, onBytes }: ArrivingShardOptions): Promise<void> {
    if (this.#filled === this.data.length) return;
    const range = { start: this.start + this.#filled, end: this.start + this.data.length };
    try {
      for await (const chunk of readRange(this.source, range, { signal, silenceMs: patience.silenceMs })) {
        advanced();
        this.data.set(chunk, this.#filled);
        this.#filled += chunk.length;
        onBytes(chunk.length);
        if (performance.now() - this.#keptAt > KEPT_EVERY_MS) await this.#keep();
      }
    } catch (error) {
      if (this.#filled > this.#kept && !signal?.aborted) await this.#keep();
      throw error;
    }
  }

  async #keep(): Promise<void> {
    this.#keptAt = performance.now();
    if (this.#filled === this.#kept) return;
    await this.arriving.putPiece(this.key, this.index, this.data.slice(0, this.#filled));
    this.#kept = this.#filled;
  }
}
