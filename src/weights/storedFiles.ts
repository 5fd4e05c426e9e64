import Dexie from 'dexie';
import { access } from './access.ts';
import type { FileRow, WeightsDatabase } from './schema.ts';
import { copyShard, shardCount, shardRange } from './shards.ts';

/** Deletes a file and what was begun of it; its row first, so that half a deletion is no file. */
export async function forgetFile(database: WeightsDatabase, hash: string): Promise<void> {
  await access(database, async () => {
    await database.files.delete(hash);
    await database.hashing.delete(hash);
    for (const table of [database.pieces, database.shards]) {
      await table.where('[file+index]').between([hash, Dexie.minKey], [hash, Dexie.maxKey]).delete();
    }
  });
}

/** Hashes of all files that belong to a stored model or to one on its way, that download aside. */
export async function filesOfModels(
  database: WeightsDatabase,
  exceptDownload?: string,
): Promise<Set<string>> {
  const { models, downloads } = database;
  return access(database, () =>
    // In one transaction: a download that ends meanwhile moves from one table to the other.
    database.transaction('r', models, downloads, async () => {
      const onTheirWay = (await downloads.toArray()).filter(({ id }) => id !== exceptDownload);
      const rows = [...(await models.toArray()), ...onTheirWay];
      return new Set(rows.flatMap(({ files }) => files.flatMap(hashesOf)));
    }),
  );
}

function hashesOf(file: { sha256: string | null; gitSha1?: string | null }): string[] {
  return [file.sha256, file.gitSha1].filter((hash) => typeof hash === 'string');
}

/**
 * The shards of a stored file, one after another, each with the hash that was right when the file was complete;
 * null in place of one that is missing or broken.
 */
export async function* verifiedShards(
  database: WeightsDatabase,
  row: FileRow,
): AsyncGenerator<Uint8Array<ArrayBuffer> | null> {
  for (let index = 0; index < shardCount(row.bytes, row.shardBytes); index++) {
    const shard = await access(database, () => database.shards.get([row.sha256, index]));
    const { start, end } = shardRange(index, row.bytes, row.shardBytes);
    const data = new Uint8Array(end - start);
    yield shard && (await copyShard(shard, row.shardHashes[index], data)) ? data : null;
  }
}
