import type { StoredModelSummary, StoredQueries } from '../../storage/index.ts';
import type { HeldModel } from '../../weights/index.ts';
import type { ModelChoice } from '../../worker/index.ts';
import { bytesInWords } from '../model/modelWords.ts';
import { listenForHeld } from './held/heldListener.ts';
import { recalled, remember } from './memory.ts';

/** Where the browser keeps the id of the chosen model: its only setting that is not in a database, to be had before one is open. */
const key = 'onward-model';

/** A language model as a list shows it. */
export interface ModelOffer {
  /** Of its place in the list. */
  key: string;
  choice: ModelChoice;
  label: string;
}

/** Which language model is used here, and which there are to choose from. */
export class LanguageModelChoice {
  /** Null: the one that comes with the app. */
  chosen = $state.raw<ModelChoice>(recalled(key));
  stored = $state.raw<readonly StoredModelSummary[]>([]);
  /** What Models pages in other tabs have in memory. */
  held = $state.raw<readonly HeldModel[]>([]);
  readonly offers = $derived<readonly ModelOffer[]>([
    { key: '', choice: null, label: 'Onward, which comes with the app' },
    ...this.stored.map((model) => ({ key: model.id, choice: model.id, label: labelOf(model) })),
    ...this.held.map((model) => offerOfHeld(model, 'in the memory of another tab')),
    ...this.#left,
  ]);

  constructor(private readonly openStored: () => Promise<StoredQueries>) {}

  /** Looks up what the Models page has stored. Without it there is one model, which is no reason for alarm. */
  async refresh(): Promise<void> {
    this.stored = await this.openStored()
      .then((stored) => stored.listModels())
      .catch(() => []);
  }

  /** Hears from now on what other tabs hold; nothing is said to them. */
  listen(): void {
    listenForHeld((models) => (this.held = models));
  }

  /** Also of later visits, unless it is in memory only: no later visit has that. */
  choose(model: ModelChoice): void {
    this.chosen = model;
    if (model === null || typeof model === 'string') remember(key, model);
  }

  /** The one in use, whose tab has gone: this page has its bytes. */
  get #left(): ModelOffer[] {
    const { chosen } = this;
    if (chosen === null || typeof chosen === 'string') return [];
    if (this.held.some(({ row }) => row.id === chosen.row.id)) return [];
    return [offerOfHeld(chosen, 'here until this page is reloaded')];
  }
}

/** Of a choice, for a list. */
export function offerKey(choice: ModelChoice): string {
  if (choice === null) return '';
  return typeof choice === 'string' ? choice : `memory ${choice.row.id}`;
}

function offerOfHeld(model: HeldModel, where: string): ModelOffer {
  return { key: offerKey(model), choice: model, label: `${labelOf(model.row)}, ${where}` };
}

function labelOf({ name, dtype, bytes }: Pick<StoredModelSummary, 'name' | 'dtype' | 'bytes'>): string {
  return `${name}, ${dtype} (${bytesInWords(bytes)})`;
}
