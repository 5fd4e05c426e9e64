import { AppError } from '../platform/index.ts';
import { access } from '../weights/index.ts';
import { careerSha256 } from './checksums.ts';
import type { CareersDatabase } from './schema.ts';
import type { CareerToSave, SavedCareer } from './savedCareer.ts';

/**
 * Writes careers, and only those that the person asked to keep. Every save is one transaction. Reading is in
 * `queries.ts`. Throws `AppError` `quota` or `storage`.
 */
export class CareerStore {
  constructor(private readonly database: CareersDatabase) {}

  /** Stores a copy under `id`, or under a new id; resolves to what is now stored. The same call twice stores one. */
  async save({ basedOn, ...career }: CareerToSave): Promise<SavedCareer> {
    const { name, history, next } = career;
    const sha256 = await careerSha256(career);
    const saved = { id: career.id ?? crypto.randomUUID(), name, history, next, savedAt: Date.now(), sha256 };
    const { careers } = this.database;
    return access(this.database, () =>
      this.database.transaction('rw', careers, async () => {
        const stored = basedOn === undefined ? undefined : await careers.get(saved.id);
        const isOvertaken = stored && stored.savedAt !== basedOn && stored.sha256 !== sha256;
        const kept = isOvertaken ? { ...saved, id: crypto.randomUUID(), name: `${name} (2)` } : saved;
        await careers.put(kept);
        return kept;
      }),
    );
  }

  /** Throws `AppError('bad-input')` where no career of this id is saved. */
  async rename(id: string, name: string): Promise<void> {
    const changed = await access(this.database, () => this.database.careers.update(id, { name }));
    if (changed > 0) return;
    const stored = await access(this.database, () => this.database.careers.get(id));
    if (!stored) throw new AppError('bad-input', 'This career is no longer saved on this device', { id });
  }

  async delete(id: string): Promise<void> {
    await access(this.database, () => this.database.careers.delete(id));
  }

  /** Switches drafts on or off; off deletes the draft in the same transaction. */
  async keepDrafts(isOn: boolean): Promise<void> {
    const { drafts, settings } = this.database;
    await access(this.database, () =>
      this.database.transaction('rw', drafts, settings, async () => {
        await settings.put({ key: 'keepsDrafts', value: isOn });
        if (!isOn) await drafts.clear();
      }),
    );
  }

  /** Keeps unsaved work if drafts are on. The switch is read in the same transaction, so that off means off. */
  async saveDraft(career: Omit<CareerToSave, 'id'>): Promise<boolean> {
    const { name, history, next } = career;
    const { drafts, settings } = this.database;
    return access(this.database, () =>
      this.database.transaction('rw', drafts, settings, async () => {
        const setting = await settings.get('keepsDrafts');
        if (setting?.value !== true) return false;
        await drafts.put({ id: 'draft', name, history, next, savedAt: Date.now() });
        return true;
      }),
    );
  }
}
