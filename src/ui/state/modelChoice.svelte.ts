import type { StoredModelSummary, StoredQueries } from '../../storage/index.ts';
import type { ModelChoice } from '../../worker/index.ts';

/** Where the browser keeps the id of the chosen model: its only setting that is not in a database, to be had before one is open. */
const key = 'onward-model';

/** Which language model is used here, and which there are to choose from. */
export class LanguageModelChoice {
  /** Of those on this device; null: the one that comes with the app. */
  chosen = $state<ModelChoice>(remembered());
  stored = $state.raw<readonly StoredModelSummary[]>([]);

  constructor(private readonly openStored: () => Promise<StoredQueries>) {}

  /** Looks up what the Models page has stored. Without it there is one model, which is no reason for alarm. */
  async refresh(): Promise<void> {
    this.stored = await this.openStored()
      .then((stored) => stored.listModels())
      .catch(() => []);
  }

  /** Also of later visits. */
  choose(model: ModelChoice): void {
    this.chosen = model;
    try {
      if (model === null) localStorage.removeItem(key);
      else localStorage.setItem(key, model);
    } catch {
      // A browser that keeps nothing is asked again on the next visit.
    }
  }
}

function remembered(): ModelChoice {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
