import type { AdapterSummary, AdapterToKeep, Store } from '../../storage/index.ts';

/** What was trained or imported: on the device, and for this visit in memory where the device would not take it. */
export class AdapterShelf {
  readonly #here = new Map<string, AdapterToKeep>();

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

  async delete(id: string): Promise<void> {
    if (!this.#here.delete(id)) await this.store.adapters.delete(id);
  }
}
