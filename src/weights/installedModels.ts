import { AppError, throwIfAborted } from '../platform/index.ts';
import { access } from './access.ts';
import type { DownloadRow, FileRow, ModelFileRow, ModelRow, WeightsDatabase } from './schema.ts';
import { filesOfModels, forgetFile, verifiedShards } from './storedFiles.ts';

export interface ReadOptions {
  signal?: AbortSignal | undefined;
  /** Bytes of this file, or of this model, that were read and found right, or found broken. */
  onProgress?: (readBytes: number) => void;
}

/** What was found when every byte of a model was read again. */
export interface ModelCheck {
  /** Paths of the files with something broken or missing; empty where all is right. */
  brokenFiles: string[];
  brokenBytes: number;
}

/**
 * Models that the person stored on this device, beside the one that comes with the app. Every byte that is read has
 * been verified. Throws `AppError`: `integrity`, `storage`, `quota`, `aborted`.
 */
export class InstalledModels {
  constructor(private readonly database: WeightsDatabase) {}

  /** The newest first. */
  async list(): Promise<ModelRow[]> {
    const rows = await access(this.database, () => this.database.models.toArray());
    return rows.sort((a, b) => b.installedAt - a.installedAt);
  }

  async get(id: string): Promise<ModelRow | null> {
    return (await access(this.database, () => this.database.models.get(id))) ?? null;
  }

  /**
   * The verified bytes of one file. `integrity` where the model has no such file, or where it is broken or missing on this
   * device: the models page can mend that.
   */
  async read(
    model: ModelRow,
    path: string,
    { signal, onProgress }: ReadOptions = {},
  ): Promise<Uint8Array<ArrayBuffer>> {
    const file = model.files.find((entry) => entry.path === path);
    if (file === undefined) throw new AppError('integrity', `${model.name} has no file ${path}`, { path });
    const data = new Uint8Array(file.bytes);
    let position = 0;
    for await (const shard of this.stream(model, file)) {
      throwIfAborted(signal);
      data.set(shard, position);
      position += shard.length;
      onProgress?.(position);
    }
    return data;
  }

  /** The verified bytes of one file, shard by shard; `integrity` at the first that is broken. */
  async *stream(model: ModelRow, file: ModelFileRow): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const row = await this.#fileRow(file);
    const shards = row ? verifiedShards(this.database, row) : [null];
    for await (const shard of shards) {
      if (shard === null) throw brokenFile(model, file);
      yield shard;
    }
  }

  /** Remembers that the model was loaded now. */
  async markUsed(id: string): Promise<void> {
    await access(this.database, () => this.database.models.update(id, { usedAt: Date.now() }));
  }

  /** Reads everything again. Where all is right, remembers when; what is broken stays for `reopen`. */
  async check(model: ModelRow, { signal, onProgress }: ReadOptions = {}): Promise<ModelCheck> {
    const found: ModelCheck = { brokenFiles: [], brokenBytes: 0 };
    let before = 0;
    for (const file of model.files) {
      const row = await this.#fileRow(file);
      let position = 0;
      let goodBytes = 0;
      for await (const shard of row ? verifiedShards(this.database, row) : []) {
        throwIfAborted(signal);
        position += shard?.length ?? row?.shardBytes ?? 0;
        goodBytes += shard?.length ?? 0;
        onProgress?.(before + Math.min(file.bytes, position));
      }
      before += file.bytes;
      if (goodBytes === file.bytes) continue;
      found.brokenFiles.push(file.path);
      found.brokenBytes += file.bytes - goodBytes;
    }
    if (found.brokenFiles.length === 0) {
      await access(this.database, () => this.database.models.update(model.id, { checkedAt: Date.now() }));
    }
    return found;
  }

  /** Makes a broken model one that is on its way: what is right of it stays, the rest can be fetched. */
  async reopen(model: ModelRow): Promise<DownloadRow> {
    for (const file of model.files) {
      const row = await this.#fileRow(file);
      if (!row) continue;
      let index = 0;
      let isBroken = false;
      for await (const shard of verifiedShards(this.database, row)) {
        const key: [string, number] = [row.sha256, index++];
        if (shard !== null) continue;
        isBroken = true;
        await access(this.database, () => this.database.shards.delete(key));
      }
      if (isBroken) await access(this.database, () => this.database.files.delete(row.sha256));
    }
    const { installedAt: startedAt, usedAt: _used, checkedAt: _checked, ...description } = model;
    const files = model.files.map((file) => ({ ...file, gitSha1: null }));
    const download: DownloadRow = { ...description, files, startedAt };
    const { models, downloads } = this.database;
    await access(this.database, () =>
      this.database.transaction('rw', models, downloads, async () => {
        await downloads.put(download);
        await models.delete(model.id);
      }),
    );
    return download;
  }

  /** Deletes a model; files that another one uses stay. */
  async remove(id: string): Promise<void> {
    const model = await this.get(id);
    if (!model) return;
    await access(this.database, () => this.database.models.delete(id));
    const shared = await filesOfModels(this.database);
    for (const { sha256 } of model.files) if (!shared.has(sha256)) await forgetFile(this.database, sha256);
  }

  async #fileRow(file: ModelFileRow): Promise<FileRow | undefined> {
    return access(this.database, () => this.database.files.get(file.sha256));
  }
}

function brokenFile(model: ModelRow, { path }: ModelFileRow): AppError {
  const message = `${path} of ${model.name} is damaged on this device; check the model on the Models page to mend it`;
  return new AppError('integrity', message, { path, model: model.id });
}
