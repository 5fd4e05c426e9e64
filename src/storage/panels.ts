import Dexie from 'dexie';
import { AppError } from '../platform/index.ts';
import { access } from '../weights/index.ts';
import type { PanelRow } from './learningRows.ts';
import type { CareersDatabase } from './schema.ts';

/** Panels, and only those that the person asked to keep. Throws `AppError` `quota` or `storage`. */
export class PanelStore {
  constructor(private readonly database: CareersDatabase) {}

  /** All or nothing: people and row in one transaction. The same id replaces. */
  async save(row: PanelRow, people: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
    const { panels, panelPeople } = this.database;
    await access(this.database, () =>
      this.database.transaction('rw', panels, panelPeople, async () => {
        await this.#people(row.id).delete();
        for (const [index, data] of people.entries()) await panelPeople.put({ panel: row.id, index, data });
        await panels.put(row);
      }),
    );
  }

  /** Newest first. */
  list(): Promise<PanelRow[]> {
    return access(this.database, () => this.database.panels.orderBy('addedAt').reverse().toArray());
  }

  /** A panel with its people; null where it is not stored. */
  async load(id: string): Promise<{ row: PanelRow; people: Uint8Array<ArrayBuffer>[] } | null> {
    const { panels, panelPeople } = this.database;
    return access(this.database, () =>
      this.database.transaction('r', panels, panelPeople, async () => {
        const row = await panels.get(id);
        if (!row) return null;
        const people = await this.#people(id).toArray();
        return { row, people: people.map(({ data }) => data) };
      }),
    );
  }

  /** Throws `bad-input` where it is not stored. */
  async rename(id: string, name: string): Promise<void> {
    const { panels } = this.database;
    const renamed = await access(this.database, () =>
      this.database.transaction('rw', panels, async () => {
        const row = await panels.get(id);
        if (row) await panels.put({ ...row, name });
        return row !== undefined;
      }),
    );
    if (!renamed) throw new AppError('bad-input', 'This panel is no longer stored on this device', { id });
  }

  async delete(id: string): Promise<void> {
    const { panels, panelPeople } = this.database;
    await access(this.database, () =>
      this.database.transaction('rw', panels, panelPeople, async () => {
        await panels.delete(id);
        await this.#people(id).delete();
      }),
    );
  }

  #people(id: string) {
    const people = this.database.panelPeople.where('[panel+index]');
    return people.between([id, Dexie.minKey], [id, Dexie.maxKey]);
  }
}
