import Dexie from 'dexie';
import { AppError } from '../platform/index.ts';
import { access } from '../weights/index.ts';
import type { AdapterRow, AdapterToKeep } from './learningRows.ts';
import type { CareersDatabase } from './schema.ts';

/** What was trained here or imported. Throws `AppError` `quota` or `storage`. */
export class AdapterStore {
  constructor(private readonly database: CareersDatabase) {}

  async save(adapter: AdapterToKeep): Promise<void> {
    const { adapters, adapterFiles } = this.database;
    await access(this.database, () =>
      this.database.transaction('rw', adapters, adapterFiles, () => putAdapter(this.database, adapter)),
    );
  }

  /** Newest first, without their files. */
  list(): Promise<AdapterRow[]> {
    return access(this.database, () => this.database.adapters.orderBy('createdAt').reverse().toArray());
  }

  /** Throws `bad-input` where there is none of this id. */
  async load(id: string): Promise<AdapterToKeep> {
    const { adapters, adapterFiles } = this.database;
    return access(this.database, () =>
      this.database.transaction('r', adapters, adapterFiles, async () => {
        const row = await adapters.get(id);
        if (!row) throw new AppError('bad-input', 'This model is no longer on this device', { id });
        return { row, files: await filesOf(this.database, id).toArray() };
      }),
    );
  }

  async delete(id: string): Promise<void> {
    const { adapters, adapterFiles, runs } = this.database;
    await access(this.database, () =>
      this.database.transaction('rw', adapters, adapterFiles, runs, async () => {
        await adapters.delete(id);
        await filesOf(this.database, id).delete();
        const run = await runs.get(id);
        if (run) await runs.put({ ...run, hasAdapter: false });
      }),
    );
  }
}

/** Inside of the caller's transaction. */
export async function putAdapter(database: CareersDatabase, { row, files }: AdapterToKeep): Promise<void> {
  await database.adapters.put(row);
  await filesOf(database, row.id).delete();
  for (const { name, content } of files) await database.adapterFiles.put({ adapter: row.id, name, content });
}

function filesOf(database: CareersDatabase, id: string) {
  const files = database.adapterFiles.where('[adapter+name]');
  return files.between([id, Dexie.minKey], [id, Dexie.maxKey]);
}
