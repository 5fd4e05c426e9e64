import { access } from '../../weights/index.ts';
import type { CareersDatabase } from '../schema.ts';
import { readBackup, writeBackup } from './backupFile.ts';
import { type BackupRows, backupRows } from './backupRows.ts';
import { type BackupContents, mergedRows, type SameId } from './mergedRows.ts';

/** What a backup holds, compared with what is here. */
export interface BackupSummary {
  /** ISO time. */
  exportedAt: string;
  contents: BackupContents;
}

/**
 * Everything that a person made here as one file, and such a file's contents brought in. Nothing that is here is ever
 * overwritten. Throws `AppError`: `bad-input` for a file that is no backup or a damaged one, `quota`, `storage`.
 */
export class BackupStore {
  constructor(private readonly database: CareersDatabase) {}

  async export(): Promise<Blob> {
    return writeBackup(await this.#allRows(), new Date().toISOString());
  }

  async inspect(file: Blob): Promise<BackupSummary> {
    const { exportedAt, rows } = await readBackup(file);
    return { exportedAt, contents: (await mergedRows(await this.#allRows(), rows, 'keep-both')).contents };
  }

  /** All or nothing. `sameId` decides about what is here already and differs. */
  async import(file: Blob, sameId: SameId): Promise<BackupSummary> {
    const { exportedAt, rows } = await readBackup(file);
    const { added, contents } = await mergedRows(await this.#allRows(), rows, sameId);
    await access(this.database, () =>
      this.database.transaction('rw', this.database.tables, async () => {
        for (const table of tableNames) {
          // `add`, not `put`: a row that another tab has written meanwhile ends the whole import.
          for (const row of added[table]) await this.database.table(table).add(row);
        }
      }),
    );
    return { exportedAt, contents };
  }

  /** As one moment saw them. */
  async #allRows(): Promise<BackupRows> {
    const tables = await access(this.database, () =>
      this.database.transaction('r', this.database.tables, () =>
        Promise.all(tableNames.map((table) => this.database.table(table).toArray())),
      ),
    );
    return Object.fromEntries(tableNames.map((table, i) => [table, tables[i]])) as unknown as BackupRows;
  }
}

const tableNames = Object.keys(backupRows.entries) as (keyof BackupRows)[];
