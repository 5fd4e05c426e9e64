import Dexie from 'dexie';
import { sha256 } from '../platform/index.ts';
import { access } from './access.ts';
import type { DownloadRow, FileRow, HashingRow, ModelRow, WantedFile, WeightsDatabase } from './schema.ts';
import { SHARD_BYTES, copyShard, shardCount, shardRange } from './shards.ts';
import { filesOfModels, forgetFile } from './storedFiles.ts';

/** A file of which the hash is known before its bytes are here. */
export interface ArrivingFile {
  bytes: number;
  /** SHA-256 of the whole file, lower-case hex. */
  sha256: string;
}

/** What a download and an import need of the place that they go to: the store, or a tab's memory. */
export type FilesOnTheirWay = Pick<ArrivingFiles, Exclude<keyof ArrivingFiles, 'listDownloads'>>;

/**
 * Models on their way into the store. A download's row comes first, then pieces and shards in any order, each file's row
 * after its last shard, the model's row at the end: whatever stops in between goes on from there. Throws `AppError`:
 * `quota` and `storage`.
 */
export class ArrivingFiles {
  constructor(
    private readonly database: WeightsDatabase,
    readonly shardBytes = SHARD_BYTES,
  ) {}

  /** The oldest first. */
  async listDownloads(): Promise<DownloadRow[]> {
    const rows = await access(this.database, () => this.database.downloads.toArray());
    return rows.sort((a, b) => a.startedAt - b.startedAt);
  }

  async download(id: string): Promise<DownloadRow | null> {
    return (await access(this.database, () => this.database.downloads.get(id))) ?? null;
  }

  async putDownload(row: DownloadRow): Promise<void> {
    await access(this.database, () => this.database.downloads.put(row));
  }

  /** Deletes a download and all that it stored, files of other models aside. */
  async cancel(row: DownloadRow): Promise<void> {
    const shared = await filesOfModels(this.database, row.id);
    await access(this.database, () => this.database.downloads.delete(row.id));
    for (const file of row.files) {
      for (const hash of [file.sha256, file.gitSha1]) {
        if (hash !== null && !shared.has(hash)) await forgetFile(this.database, hash);
      }
    }
  }

  /** The download's last step: it becomes a model. */
  async install(model: ModelRow): Promise<void> {
    const { models, downloads } = this.database;
    await access(this.database, () =>
      this.database.transaction('rw', models, downloads, async () => {
        await models.put(model);
        await downloads.delete(model.id);
      }),
    );
  }

  async isComplete(file: ArrivingFile): Promise<boolean> {
    const row = await access(this.database, () => this.database.files.get(file.sha256));
    return row?.bytes === file.bytes;
  }

  /** Which shards of a file are stored, by their word only. */
  async storedShards(fileSha256: string): Promise<Set<number>> {
    const keys = await access(this.database, () =>
      this.database.shards
        .where('[file+index]')
        .between([fileSha256, Dexie.minKey], [fileSha256, Dexie.maxKey])
        .primaryKeys(),
    );
    return new Set(keys.map(([, index]) => index));
  }

  /** A stored shard, verified by its own hash; a broken one is deleted, and null as a missing one is. */
  async shard(file: ArrivingFile, index: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const key: [string, number] = [file.sha256, index];
    const row = await access(this.database, () => this.database.shards.get(key));
    if (!row) return null;
    const { start, end } = shardRange(index, file.bytes, this.shardBytes);
    const data = new Uint8Array(end - start);
    if (await copyShard(row, undefined, data)) return data;
    await access(this.database, () => this.database.shards.delete(key));
    return null;
  }

  /** Stores a whole shard in place of what was begun of it. */
  async putShard(file: ArrivingFile, index: number, data: Uint8Array<ArrayBuffer>): Promise<void> {
    const row = { file: file.sha256, index, sha256: await sha256(data), data: new Blob([data]) };
    const { shards, pieces } = this.database;
    await access(this.database, () =>
      this.database.transaction('rw', shards, pieces, async () => {
        await shards.put(row);
        await pieces.delete([file.sha256, index]);
      }),
    );
  }

  /** The beginning of a shard, or of a small file, that was left in the middle; null where there is none or it is broken. */
  async piece(file: string, index: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const row = await access(this.database, () => this.database.pieces.get([file, index]));
    if (!row) return null;
    const data = new Uint8Array(row.data.size);
    return (await copyShard(row, undefined, data)) ? data : null;
  }

  async putPiece(file: string, index: number, data: Uint8Array<ArrayBuffer>): Promise<void> {
    const row = { file, index, sha256: await sha256(data), data: new Blob([data]) };
    await access(this.database, () => this.database.pieces.put(row));
  }

  async hashing(fileSha256: string): Promise<HashingRow | null> {
    return (await access(this.database, () => this.database.hashing.get(fileSha256))) ?? null;
  }

  async putHashing(row: HashingRow): Promise<void> {
    await access(this.database, () => this.database.hashing.put(row));
  }

  /** The file's last step: all shards are stored and the whole has its hash. */
  async finish(file: ArrivingFile): Promise<void> {
    const shardHashes: string[] = [];
    for (let index = 0; index < shardCount(file.bytes, this.shardBytes); index++) {
      const shard = await access(this.database, () => this.database.shards.get([file.sha256, index]));
      shardHashes.push(shard?.sha256 ?? '');
    }
    const { bytes } = file;
    const row: FileRow = {
      sha256: file.sha256,
      bytes,
      shardBytes: this.shardBytes,
      shardHashes,
      savedAt: Date.now(),
    };
    const { files, hashing } = this.database;
    await access(this.database, () =>
      this.database.transaction('rw', files, hashing, async () => {
        await files.put(row);
        await hashing.delete(file.sha256);
      }),
    );
  }

  async forget(hash: string): Promise<void> {
    await forgetFile(this.database, hash);
  }

  /** Bytes of these files that are stored, pieces included. */
  async storedBytes(files: readonly WantedFile[]): Promise<number> {
    let bytes = 0;
    for (const file of files) {
      const known = file.sha256 ?? file.gitSha1 ?? '';
      if (file.sha256 !== null) {
        for (const index of await this.storedShards(file.sha256)) {
          const { start, end } = shardRange(index, file.bytes, this.shardBytes);
          bytes += end - start;
        }
      }
      await access(this.database, () =>
        this.database.pieces
          .where('[file+index]')
          .between([known, Dexie.minKey], [known, Dexie.maxKey])
          .each(({ data }) => {
            bytes += data.size;
          }),
      );
    }
    return bytes;
  }
}
