import { AppError } from '../platform/index.ts';
import type { ArrivingFile, FilesOnTheirWay } from './arrivingFiles.ts';
import type { HeldModel } from './heldModel.ts';
import type { DownloadRow, HashingRow, ModelFileRow, ModelRow, WantedFile } from './schema.ts';
import { shardCount, shardRange } from './shards.ts';

/** Parts of files, by the hash that is known of the file, then by the index of the shard. */
type Parts = Map<string, Map<number, Blob>>;

/**
 * A model on its way into this tab's memory, because the store has no room for it or cannot be used. What the store has
 * of it is read and not fetched again; everything new stays here, and the store keeps what it has, so that the
 * download can still go on there. A store that fails counts as an empty one. Throws `AppError('out-of-memory')`.
 */
export class HeldFiles implements FilesOnTheirWay {
  readonly shardBytes: number;
  readonly #shards: Parts = new Map();
  readonly #pieces: Parts = new Map();
  readonly #hashing = new Map<string, HashingRow>();
  readonly #finished = new Set<string>();
  /** Files that turned out to be wrong: the store's word for them no longer counts. */
  readonly #forgotten = new Set<string>();
  #download: DownloadRow | null = null;
  #model: HeldModel | null = null;

  constructor(private readonly stored: FilesOnTheirWay) {
    this.shardBytes = stored.shardBytes;
  }

  /** What `install` made. */
  get model(): HeldModel {
    if (this.#model) return this.#model;
    throw new AppError('internal', 'The model is not in memory yet');
  }

  async download(id: string): Promise<DownloadRow | null> {
    if (this.#download?.id === id) return this.#download;
    return orNothing(this.stored.download(id), null);
  }

  putDownload(row: DownloadRow): Promise<void> {
    this.#download = row;
    return Promise.resolve();
  }

  /** Lets go of everything here; what the store has is its own matter. */
  cancel(): Promise<void> {
    this.#download = null;
    for (const held of [this.#shards, this.#pieces, this.#hashing, this.#finished]) held.clear();
    return Promise.resolve();
  }

  install(row: ModelRow): Promise<void> {
    const files = new Map(row.files.map((file) => [file.path, this.#whole(file)]));
    this.#model = { row, files };
    return this.cancel();
  }

  /** By the word of this tab only: a file that the store has goes through the hash on its way here. */
  isComplete({ sha256 }: ArrivingFile): Promise<boolean> {
    return Promise.resolve(this.#finished.has(sha256));
  }

  async storedShards(fileSha256: string): Promise<Set<number>> {
    const here = this.#shards.get(fileSha256)?.keys() ?? [];
    if (this.#forgotten.has(fileSha256)) return new Set(here);
    return new Set([...here, ...(await orNothing(this.stored.storedShards(fileSha256), []))]);
  }

  /** One that only the store has is in memory, too, from now on. */
  async shard(file: ArrivingFile, index: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const here = this.#shards.get(file.sha256)?.get(index);
    if (here) return bytesOf(here);
    if (this.#forgotten.has(file.sha256)) return null;
    const data = await orNothing(this.stored.shard(file, index), null);
    if (data) await this.putShard(file, index, data);
    return data;
  }

  async putShard({ sha256 }: ArrivingFile, index: number, data: Uint8Array<ArrayBuffer>): Promise<void> {
    partsOf(this.#shards, sha256).set(index, await inMemory(data));
    this.#pieces.get(sha256)?.delete(index);
  }

  async piece(file: string, index: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const here = this.#pieces.get(file)?.get(index);
    if (here) return bytesOf(here);
    return this.#forgotten.has(file) ? null : orNothing(this.stored.piece(file, index), null);
  }

  async putPiece(file: string, index: number, data: Uint8Array<ArrayBuffer>): Promise<void> {
    partsOf(this.#pieces, file).set(index, await inMemory(data));
  }

  /** Never the store's: the hash of the whole is to be one of the bytes that are here. */
  hashing(fileSha256: string): Promise<HashingRow | null> {
    return Promise.resolve(this.#hashing.get(fileSha256) ?? null);
  }

  putHashing(row: HashingRow): Promise<void> {
    this.#hashing.set(row.file, row);
    return Promise.resolve();
  }

  finish({ sha256 }: ArrivingFile): Promise<void> {
    this.#finished.add(sha256);
    this.#hashing.delete(sha256);
    return Promise.resolve();
  }

  forget(hash: string): Promise<void> {
    this.#forgotten.add(hash);
    for (const held of [this.#shards, this.#pieces, this.#hashing, this.#finished]) held.delete(hash);
    return Promise.resolve();
  }

  /** Bytes of these files that need not be fetched: of each, what is here or what the store has, whichever is more. */
  async storedBytes(files: readonly WantedFile[]): Promise<number> {
    let bytes = 0;
    for (const file of files) {
      const hash = file.sha256 ?? file.gitSha1 ?? '';
      const parts = [this.#shards, this.#pieces].flatMap((held) => [...(held.get(hash)?.values() ?? [])]);
      const here = parts.reduce((sum, { size }) => sum + size, 0);
      const there = this.#forgotten.has(hash) ? 0 : await orNothing(this.stored.storedBytes([file]), 0);
      bytes += Math.max(here, there);
    }
    return bytes;
  }

  #whole({ path, bytes, sha256 }: ModelFileRow): Blob {
    const shards = Array.from({ length: shardCount(bytes, this.shardBytes) }, (_, index) => {
      const { start, end } = shardRange(index, bytes, this.shardBytes);
      const shard = this.#shards.get(sha256)?.get(index);
      if (shard?.size === end - start) return shard;
      throw new AppError('internal', `${path} is not in memory as a whole`, { path });
    });
    return new Blob(shards);
  }
}

/** A browser makes a blob in the background: reading its last byte waits for that, and shows whether there was room. */
async function inMemory(data: Uint8Array<ArrayBuffer>): Promise<Blob> {
  const blob = new Blob([data]);
  try {
    await blob.slice(-1).arrayBuffer();
    return blob;
  } catch (cause) {
    throw new AppError('out-of-memory', 'This browser has no memory left for the model', {}, { cause });
  }
}

/** Null where the browser has lost it. */
async function bytesOf(blob: Blob): Promise<Uint8Array<ArrayBuffer> | null> {
  const data = await orNothing(blob.arrayBuffer(), null);
  return data && new Uint8Array(data);
}

function partsOf(parts: Parts, hash: string): Map<number, Blob> {
  const known = parts.get(hash);
  if (known) return known;
  const none = new Map<number, Blob>();
  parts.set(hash, none);
  return none;
}

async function orNothing<T, N>(read: Promise<T>, nothing: N): Promise<T | N> {
  try {
    return await read;
  } catch {
    return nothing;
  }
}
