import { AppError, sha256, throwIfAborted } from '../platform/index.ts';
import { access } from './access.ts';
import type { FileRow, WeightsDatabase } from './schema.ts';
import { type ByteRange, SHARD_BYTES, copyShard, missingRanges, shardCount, shardRange } from './shards.ts';
import { filesOfModels, forgetFile } from './storedFiles.ts';

/** A file of weights as its manifest describes it. */
export interface WeightFile {
  path: string;
  bytes: number;
  /** SHA-256 of the whole file, lower-case hex. */
  sha256: string;
}

/** Yields exactly the bytes of `range`, in order. Rejects with `AppError`: `download-failed` or `aborted`. */
export type WeightSource = (
  file: WeightFile,
  range: ByteRange,
  signal: AbortSignal | undefined,
) => AsyncIterable<Uint8Array>;

export interface LoadWeightsOptions {
  signal?: AbortSignal | undefined;
  /** `loadedBytes` of this file are in memory: read from the store and verified, or downloaded. */
  onProgress?: (phase: 'verifying' | 'downloading', loadedBytes: number) => void;
}

export interface LoadedWeights {
  data: Uint8Array<ArrayBuffer>;
  /** Bytes that came over the network; 0 when the store had everything. */
  downloadedBytes: number;
  /** Why the file could not be kept (`quota`, `storage`); null when it was. The data are good either way. */
  notKept: AppError | null;
}

/** One file on its way into memory. */
interface Loading {
  file: WeightFile;
  data: Uint8Array<ArrayBuffer>;
  downloadedBytes: number;
  loadedBytes: number;
  /** Of the shards that are in `data` so far. */
  shardHashes: string[];
  notKept: AppError | null;
}

/**
 * Model files in IndexedDB: shards first, the file's row last. Whatever is read has been verified by SHA-256;
 * what is missing or broken is fetched again, shard by shard; what cannot be kept is still returned.
 */
export class WeightStore {
  constructor(
    private readonly database: WeightsDatabase,
    private readonly shardBytes = SHARD_BYTES,
  ) {}

  /**
   * The bytes of `file`, from the store where they are right, else from `source`. Throws `AppError`:
   * `integrity` where the network's bytes do not have the manifest's hash, and what `source` throws. A download
   * that stops leaves its finished shards, and the next one continues behind them.
   */
  async load(
    file: WeightFile,
    source: WeightSource,
    options: LoadWeightsOptions = {},
  ): Promise<LoadedWeights> {
    const loading: Loading = {
      file,
      data: new Uint8Array(file.bytes),
      downloadedBytes: 0,
      loadedBytes: 0,
      shardHashes: [],
      notKept: null,
    };
    const row = await this.#storedRow(loading);
    const missing = await this.#readShards(loading, row, options);
    if (row && missing.length === 0) return loading;

    for (const range of missingRanges(missing, file.bytes, this.shardBytes)) {
      await this.#download(loading, range, source, options);
    }
    let actual = await sha256(loading.data);
    if (actual !== file.sha256 && loading.downloadedBytes < file.bytes) {
      // The shards of an unfinished download have only their own word for their hash.
      await this.#download(loading, { start: 0, end: file.bytes }, source, options);
      actual = await sha256(loading.data);
    }
    if (actual !== file.sha256) {
      await this.#try(loading, () => this.forget(file.sha256));
      const data = { path: file.path, expected: file.sha256, actual };
      throw new AppError(
        'integrity',
        `${file.path} is not the file that the model's manifest describes`,
        data,
      );
    }
    await this.#finish(loading, row);
    return loading;
  }

  /** Deletes one file; its row first, so that half a deletion is no file. */
  async forget(fileSha256: string): Promise<void> {
    await forgetFile(this.database, fileSha256);
  }

  /**
   * Deletes every file but these, the files of earlier revisions for instance. Files of models that the person
   * stored, or is storing, stay.
   */
  async keepOnly(fileSha256s: ReadonlySet<string>): Promise<void> {
    const stored = await access(this.database, async () => {
      const shards = await this.database.shards.toCollection().primaryKeys();
      const files = await this.database.files.toCollection().primaryKeys();
      return new Set([...files, ...shards.map(([file]) => file)]);
    });
    // Asked for last: whatever was stored until now had its model's row written before.
    const ofModels = await filesOfModels(this.database);
    for (const file of stored) if (!fileSha256s.has(file) && !ofModels.has(file)) await this.forget(file);
  }

  /** The file's row; one of another shard size (an earlier release's) goes, with its shards. */
  async #storedRow(loading: Loading): Promise<FileRow | undefined> {
    const key = loading.file.sha256;
    const row = await this.#try(loading, () => this.database.files.get(key));
    if (row === undefined || row.shardBytes === this.shardBytes) return row;
    await this.#try(loading, () => this.forget(key));
    return undefined;
  }

  /** Reads and verifies what is stored, one shard at a time; returns the shards that must be fetched. */
  async #readShards(
    loading: Loading,
    row: FileRow | undefined,
    options: LoadWeightsOptions,
  ): Promise<number[]> {
    const { file, data } = loading;
    const missing: number[] = [];
    for (let index = 0; index < shardCount(file.bytes, this.shardBytes); index++) {
      throwIfAborted(options.signal);
      const { start, end } = shardRange(index, file.bytes, this.shardBytes);
      const shard = await this.#try(loading, () => this.database.shards.get([file.sha256, index]));
      if (shard && (await copyShard(shard, row?.shardHashes[index], data.subarray(start, end)))) {
        loading.shardHashes[index] = shard.sha256;
        loading.loadedBytes += end - start;
        options.onProgress?.('verifying', loading.loadedBytes);
      } else {
        missing.push(index);
      }
    }
    return missing;
  }

  /** Fetches a range that begins at a shard's start and keeps each shard as soon as it is whole. */
  async #download(loading: Loading, range: ByteRange, source: WeightSource, options: LoadWeightsOptions) {
    const { file, data } = loading;
    let position = range.start;
    let shard = range.start / this.shardBytes;
    const count = shardCount(file.bytes, this.shardBytes);
    for await (const chunk of source(file, range, options.signal)) {
      throwIfAborted(options.signal);
      if (position + chunk.length > range.end) throw wrongLength(file);
      data.set(chunk, position);
      position += chunk.length;
      loading.downloadedBytes += chunk.length;
      loading.loadedBytes = Math.min(file.bytes, loading.loadedBytes + chunk.length);
      options.onProgress?.('downloading', loading.loadedBytes);
      while (shard < count && shardRange(shard, file.bytes, this.shardBytes).end <= position) {
        await this.#keepShard(loading, shard++);
      }
    }
    if (position !== range.end) throw wrongLength(file);
  }

  async #keepShard(loading: Loading, index: number): Promise<void> {
    const { file, data } = loading;
    const { start, end } = shardRange(index, file.bytes, this.shardBytes);
    const bytes = data.subarray(start, end);
    const hash = await sha256(bytes);
    loading.shardHashes[index] = hash;
    // The blob copies the view's bytes; storing the view itself would store the whole file's buffer.
    const row = { file: file.sha256, index, sha256: hash, data: new Blob([bytes]) };
    await this.#try(loading, () => this.database.shards.put(row));
  }

  /** Writes the file's row, last. Where something could not be kept, frees what a fresh download had stored. */
  async #finish(loading: Loading, row: FileRow | undefined): Promise<void> {
    const { file, shardHashes } = loading;
    const finished = { sha256: file.sha256, bytes: file.bytes, shardBytes: this.shardBytes, shardHashes };
    await this.#try(loading, () => this.database.files.put({ ...finished, savedAt: Date.now() }));
    if (loading.notKept && !row) await this.forget(file.sha256).catch(() => undefined);
  }

  /** Runs a database operation; its failure never stops the load, and after the first one no more are tried. */
  async #try<T>(loading: Loading, operation: () => PromiseLike<T>): Promise<T | undefined> {
    if (loading.notKept) return undefined;
    try {
      return await access(this.database, operation);
    } catch (error) {
      loading.notKept = error instanceof AppError ? error : new AppError('storage', String(error));
      return undefined;
    }
  }
}

function wrongLength({ path, bytes }: WeightFile): AppError {
  return new AppError('download-failed', `${path} did not arrive with the length that it should have`, {
    path,
    bytes,
  });
}
