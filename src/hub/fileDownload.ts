import { AppError, throwIfAborted } from '../platform/index.ts';
import { type ArrivingFile, type FilesOnTheirWay, shardCount, shardRange } from '../weights/index.ts';
import { ArrivingShard } from './arrivingShard.ts';
import { type FileSource, RangesIgnored, readRange } from './fileSource.ts';
import { downloadFault } from './hubRequest.ts';
import { type PatientOptions, patiently } from './patience.ts';
import { WholeFileHash } from './wholeFileHash.ts';

export interface FileDownloadOptions extends PatientOptions {
  /** Requests at once. */
  lanes: number;
  /** So many bytes of the file are here; falls back to 0 where it has to be fetched again. */
  onLoaded: (loadedBytes: number) => void;
}

/** Shards that may lie finished ahead of the hash: more would have to be read back from a slow disk all at once. */
const AHEAD = 16;

/** One large file, of which the SHA-256 is known beforehand, on its way into the store. */
export class FileDownload {
  readonly #file: ArrivingFile;
  readonly #count: number;
  #loadedBytes = 0;

  constructor(
    private readonly source: FileSource,
    sha256: string,
    private readonly arriving: FilesOnTheirWay,
    private readonly options: FileDownloadOptions,
  ) {
    this.#file = { bytes: source.bytes, sha256 };
    this.#count = shardCount(source.bytes, arriving.shardBytes);
  }

  /**
   * Fetches what is missing, compares the whole file's hash, and writes its row. A file with a wrong hash is fetched
   * again, once; the second time it is named: `download-failed` with the fault `wrong-bytes`. Throws besides what
   * `ArrivingShard.fetch` throws. Finished shards stay, whatever happens.
   */
  async run(): Promise<void> {
    for (let round = 1; ; round++) {
      const actual = await this.#fetchAndHash();
      if (actual === this.#file.sha256) break;
      await this.arriving.forget(this.#file.sha256);
      if (round === 2) throw wrongBytes(this.source.path, this.#file.sha256, actual);
    }
    await this.arriving.finish(this.#file);
  }

  /** Resolves to the hash of the whole file, all of whose shards are stored then. */
  async #fetchAndHash(): Promise<string> {
    const stored = await this.arriving.storedShards(this.#file.sha256);
    this.#loadedBytes = [...stored].reduce((sum, index) => sum + this.#bytesOf(index), 0);
    this.#report(0);
    const hash = await WholeFileHash.resume(this.#file, this.arriving);
    await hash.follow(stored);
    // A stored shard may turn out to be broken only when the hash comes by it.
    while (stored.size < this.#count) {
      const missing = Array.from({ length: this.#count }, (_, index) => index).filter((i) => !stored.has(i));
      try {
        await this.#fetchInLanes(missing, stored, hash);
      } catch (error) {
        if (!(error instanceof RangesIgnored)) throw error;
        await this.#fetchInOrder(stored, hash);
      }
      await hash.follow(stored);
    }
    return hash.digest();
  }

  /** Several requests at once, a shard each, in the order of the file. The first failure stops all of them. */
  async #fetchInLanes(missing: number[], stored: Set<number>, hash: WholeFileHash): Promise<void> {
    const stop = new AbortController();
    const { signal } = this.options;
    const either = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    let failure: { error: unknown } | null = null;
    const lane = async (): Promise<void> => {
      for (let index = missing.shift(); index !== undefined && !failure; index = missing.shift()) {
        if (index > hash.hashedShards + AHEAD) await hash.follow(stored);
        await this.#fetchShard(index, stored, hash, either);
        void hash.follow(stored).catch(() => undefined);
      }
    };
    const guarded = async (): Promise<void> => {
      try {
        await lane();
      } catch (error) {
        failure ??= { error };
        stop.abort();
      }
    };
    await Promise.all(Array.from({ length: this.options.lanes }, guarded));
    throwIfAborted(signal);
    const failed = failure as { error: unknown } | null;
    if (failed) throw failed.error;
  }

  async #fetchShard(
    index: number,
    stored: Set<number>,
    hash: WholeFileHash,
    signal: AbortSignal,
  ): Promise<void> {
    const range = shardRange(index, this.#file.bytes, this.arriving.shardBytes);
    let here = 0;
    try {
      const data = await ArrivingShard.fetch(this.source, this.#file.sha256, index, range, this.arriving, {
        ...this.options,
        signal,
        onBytes: (bytes) => {
          here += bytes;
          this.#report(bytes);
        },
      });
      await this.arriving.putShard(this.#file, index, data);
      hash.lend(index, data);
      stored.add(index);
    } catch (error) {
      this.#report(-here);
      throw error;
    }
  }

  /** For a server without ranges: the whole file from its beginning, of which the missing shards are taken. */
  async #fetchInOrder(stored: Set<number>, hash: WholeFileHash): Promise<void> {
    const { patience, signal } = this.options;
    const whole = { start: 0, end: this.#file.bytes };
    await patiently(async (advanced) => {
      let index = 0;
      let shard = this.#emptyShard(index);
      let filled = 0;
      for await (const chunk of readRange(this.source, whole, { signal, silenceMs: patience.silenceMs })) {
        for (let taken = 0; taken < chunk.length;) {
          const piece = chunk.subarray(taken, taken + shard.length - filled);
          shard.set(piece, filled);
          taken += piece.length;
          filled += piece.length;
          if (filled < shard.length) continue;
          if (!stored.has(index)) {
            await this.arriving.putShard(this.#file, index, shard);
            stored.add(index);
            advanced();
            this.#report(shard.length);
            await hash.follow(stored);
          }
          shard = this.#emptyShard(++index);
          filled = 0;
        }
      }
    }, this.options);
  }

  #emptyShard(index: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(index < this.#count ? this.#bytesOf(index) : 0);
  }

  #bytesOf(index: number): number {
    const { start, end } = shardRange(index, this.#file.bytes, this.arriving.shardBytes);
    return end - start;
  }

  #report(more: number): void {
    this.#loadedBytes += more;
    this.options.onLoaded(this.#loadedBytes);
  }
}

/** The fault `wrong-bytes`, which names the file and both hashes. */
export function wrongBytes(path: string, expected: string, actual: string): AppError {
  const message = `${path} came twice with other content than the hub describes: its hash is ${actual.slice(0, 12)}…, not ${expected.slice(0, 12)}…. Nothing of it was kept. Something between the hub and this device changes it, or the hub’s copy is broken`;
  return downloadFault('wrong-bytes', message, { path, expected, actual });
}
