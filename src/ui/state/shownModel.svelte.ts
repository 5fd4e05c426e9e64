import type { StoredQueries } from '../../storage/index.ts';
import type { AdapterSummary } from '../../worker/index.ts';
import { recalled, remember } from './memory.ts';

const key = 'onward-shown-model';

export type ChosenModel = Pick<AdapterSummary, 'id' | 'name'>;

/** Which model's answer is shown, and what is kept on this device beside what ships. */
export class ShownModel {
  /** Null: the best that ships. */
  #chosen = $state.raw<ChosenModel | null>(chosenBefore());
  /** Newest first; null while it is not known. */
  kept = $state.raw<readonly AdapterSummary[] | null>(null);
  /** Name of the one that was chosen and is no longer here, until another one is chosen. */
  lost = $state<string | null>(null);
  /** The chosen one, where it is kept on this device. */
  readonly chosenKept = $derived(this.kept?.find(({ id }) => id === this.#chosen?.id) ?? null);

  get chosen(): ChosenModel | null {
    return this.#chosen;
  }

  /** Whether the chosen one is one that a person trained or imported. */
  get isOwn(): boolean {
    const id = this.#chosen?.id;
    return id !== undefined && id !== 'language-route' && !id.startsWith('shipped/');
  }

  /** Looks up what is kept. Where that cannot be read, what was chosen stays chosen. */
  async refresh(openStored: () => Promise<StoredQueries>): Promise<void> {
    this.kept = await openStored()
      .then((stored) => stored.listAdapters())
      .catch(() => null);
    if (!this.kept || !this.isOwn || this.chosenKept) return;
    const name = this.#chosen?.name ?? '';
    this.choose(null);
    this.lost = name;
  }

  /** Now and on later visits. */
  choose(model: ChosenModel | null): void {
    this.#chosen = model && { id: model.id, name: model.name };
    this.lost = null;
    remember(key, model && JSON.stringify(this.#chosen));
  }

  /** The same for a model that may have been made since `refresh`. */
  async chooseById(id: string, openStored: () => Promise<StoredQueries>): Promise<void> {
    this.#chosen = { id, name: 'This model' };
    await this.refresh(openStored);
    if (this.chosenKept) this.choose(this.chosenKept);
  }
}

function chosenBefore(): ChosenModel | null {
  try {
    const { id, name } = JSON.parse(recalled(key) ?? '{}') as Partial<ChosenModel>;
    return typeof id === 'string' && typeof name === 'string' ? { id, name } : null;
  } catch {
    return null;
  }
}
