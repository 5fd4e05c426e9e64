import type { CareerHistory } from '../../career/index.ts';
import type { NextStep } from '../../occupation/index.ts';
import type { AppError } from '../../platform/index.ts';
import type { SavedCareer, SavedCareerSummary, StoredQueries } from '../../storage/index.ts';
import type { OnwardWorker } from '../../worker/index.ts';
import { asAppError } from '../advice.ts';
import { bytesInWords } from '../model/modelWords.ts';
import { requestPersistence, shortPatience } from './persistence.ts';

const changedOnDisk =
  'is not as it was saved: something on this device’s disk has changed it. Look it through before you rely on it, and save it again.';

/** Careers that the person chose to keep on this device. The page reads them; the worker writes them. */
export class SavedCareers {
  list = $state.raw<readonly SavedCareerSummary[]>([]);
  error = $state.raw<AppError | null>(null);
  /** What was done last, for the screen reader and the eye. */
  message = $state('');

  /** Whether unsaved work is kept on this device: only where the person switched it on. */
  keepsDrafts = $state(false);
  #stored: Promise<StoredQueries> | null = null;

  /** `openStored` gives the read-only view; it is asked when something is read for the first time. */
  constructor(
    private readonly worker: OnwardWorker,
    private readonly openStored: () => Promise<StoredQueries>,
  ) {}

  /** Reads the list; resolves to the unsaved work of an earlier visit, if it was to be kept. */
  async refresh(): Promise<SavedCareer | null> {
    return this.#attempt('', async (stored) => {
      this.keepsDrafts = await stored.keepsDrafts();
      return this.keepsDrafts ? stored.loadDraft() : null;
    });
  }

  /** Keeps the career, in place of the `version` that it was made from; resolves to it, or to null with `error` set. */
  async save(
    name: string,
    history: CareerHistory,
    next: NextStep,
    version?: Pick<SavedCareer, 'id' | 'savedAt'>,
  ): Promise<SavedCareer | null> {
    const career = { name, history, next, ...(version && { id: version.id, basedOn: version.savedAt }) };
    const saved = await this.#attempt(`Saved “${name}” on this device.`, () =>
      this.worker.saveCareer(career),
    );
    if (!saved) return null;
    if (version && saved.id !== version.id)
      this.message = `“${name}” was changed in another tab meanwhile and stays as it is there. Yours is saved beside it as “${saved.name}”.`;
    this.message += ` ${await this.#roomInWords()}`;
    return saved;
  }

  /** Null, with `error` set, where it cannot be read. */
  async load(id: string): Promise<SavedCareer | null> {
    const loaded = await this.#attempt('', (stored) => stored.loadCareer(id));
    if (loaded && !loaded.isAsSaved) this.message = `“${loaded.career.name}” ${changedOnDisk}`;
    return loaded?.career ?? null;
  }

  async remove(id: string): Promise<void> {
    await this.#attempt('Deleted from this device.', () => this.worker.deleteCareer(id));
  }

  async setKeepsDrafts(isOn: boolean): Promise<void> {
    await this.#attempt(
      isOn ? 'Unsaved work is kept from now on.' : 'Unsaved work is no longer kept.',
      async () => {
        await this.worker.keepDrafts(isOn);
        this.keepsDrafts = isOn;
      },
    );
    if (this.keepsDrafts) this.message += ` ${await this.#roomInWords()}`;
  }

  /** Keeps unsaved work; without effect unless the person switched it on. */
  async keepDraft(history: CareerHistory, next: NextStep): Promise<void> {
    if (this.keepsDrafts)
      await this.#attempt('', () => this.worker.saveDraft({ name: 'Unsaved work', history, next }));
  }

  /** The read-only view of what is stored. */
  stored(): Promise<StoredQueries> {
    return (this.#stored ??= this.openStored());
  }

  /** Closes the database, so that it can be deleted. */
  async letGo(): Promise<void> {
    (await this.#stored)?.close();
  }

  async #attempt<T>(message: string, action: (stored: StoredQueries) => Promise<T>): Promise<T | null> {
    // What was said of the last time is not true of this one yet; said again, it would not be read out.
    if (message !== '') this.message = '';
    try {
      const stored = await this.stored();
      const result = await action(stored);
      this.list = await stored.listCareers();
      this.error = null;
      this.message = message;
      return result;
    } catch (error) {
      this.error = asAppError(error);
      this.message = '';
      return null;
    }
  }

  /** Asks the browser to keep what is stored, and says what it answered and how much room it gives and has given. */
  async #roomInWords(): Promise<string> {
    const promise = (await requestPersistence(shortPatience))
      ? 'The browser promised not to clear it.'
      : 'The browser may clear it when the disk runs full: export what you cannot lose.';
    const stored = await this.#stored;
    const estimate = await stored?.report().then(
      (report) => report.estimate,
      () => null,
    );
    if (!estimate) return promise;
    const [used, allowed] = [bytesInWords(estimate.usage), bytesInWords(estimate.quota)];
    return `${promise} By its estimate this page uses ${used} of ${allowed}, the model included.`;
  }
}
