import { weightsHash } from '../../predictors/average/index.ts';
import type { AdapterSummary, AdapterToKeep, Store } from '../../storage/index.ts';
import type { KeptModels } from '../answers/keptModels.ts';

/** What was trained or imported: on the device, and for this visit in memory where the device would not take it. */
export class AdapterShelf implements KeptModels {
  readonly #here = new Map<string, AdapterToKeep>();
  /** By id and age of the row: files of one are never changed, but may be replaced. */
  readonly #hashes = new Map<string, string>();

  constructor(private readonly store: Store) {}

  /** Throws `quota` or `storage`; the adapter stays in memory then. */
  async save(adapter: AdapterToKeep): Promise<void> {
    this.#here.set(adapter.row.id, adapter);
    await this.store.withRoom(() => this.store.adapters.save(adapter));
    this.#here.delete(adapter.row.id);
  }

  /** For this visit only. */
  keepHere(adapter: AdapterToKeep): void {
    this.#here.set(adapter.row.id, adapter);
  }

  /** Newest first. */
  async list(): Promise<AdapterSummary[]> {
    const stored = await this.store.adapters.list().catch(() => []);
    const here = [...this.#here.values()].map(({ row }) => row);
    return [...here, ...stored].sort((a, b) => b.createdAt - a.createdAt);
  }

  /** Throws `bad-input` where there is none of this id. */
  async load(id: string): Promise<AdapterToKeep> {
    return this.#here.get(id) ?? (await this.store.adapters.load(id));
  }

  async byWeights(hash: string): Promise<string | null> {
    for (const row of await this.list()) if ((await this.#hash(row)) === hash) return row.id;
    return null;
  }

  async delete(id: string): Promise<void> {
    if (!this.#here.delete(id)) await this.store.adapters.delete(id);
  }

  async #hash({ id, createdAt }: AdapterSummary): Promise<string> {
    const key = `${id} ${createdAt}`;
    const hash = this.#hashes.get(key) ?? (await weightsHash(await this.load(id)));
    this.#hashes.set(key, hash);
    return hash;
  }
}
