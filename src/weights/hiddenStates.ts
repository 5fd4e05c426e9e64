import { sha256 } from '../platform/index.ts';
import { access } from './access.ts';
import type { HiddenStatesRow, WeightsDatabase } from './schema.ts';

/**
 * Hidden states of panels: they can be computed again, so they go first when room is short. Throws `AppError` `quota` or
 * `storage`.
 */
export class HiddenStatesStore {
  constructor(private readonly database: WeightsDatabase) {}

  /** Null where they are not kept, or not as they were. */
  async load(key: string, index: number): Promise<Uint16Array<ArrayBuffer> | null> {
    const row = await access(this.database, () => this.database.hiddenStates.get([key, index]));
    if (!row) return null;
    return row.sha256 === (await sha256(row.data)) ? row.data : null;
  }

  async keep(row: Omit<HiddenStatesRow, 'sha256'>): Promise<void> {
    const hashed = { ...row, sha256: await sha256(row.data) };
    await access(this.database, () => this.database.hiddenStates.put(hashed));
  }

  async deleteOf(panel: string): Promise<void> {
    await access(this.database, () => this.database.hiddenStates.where('panel').equals(panel).delete());
  }

  /** Resolves to whether there was anything to delete. */
  async deleteAll(): Promise<boolean> {
    const { hiddenStates } = this.database;
    return access(this.database, () =>
      this.database.transaction('rw', hiddenStates, async () => {
        const count = await hiddenStates.count();
        await hiddenStates.clear();
        return count > 0;
      }),
    );
  }
}
