import type { CareerHistory } from '../../career/index.ts';
import type { NextStep } from '../../occupation/index.ts';
import type { AppError } from '../../platform/index.ts';
import type { SavedCareer, SavedCareerSummary, StoredQueries } from '../../storage/index.ts';
import type { OnwardWorker } from '../../worker/index.ts';
import { asAppError } from '../advice.ts';

/** Careers that the person chose to keep on this device. The page reads them; the worker writes them. */
export class SavedCareers {
  list = $state.raw<readonly SavedCareerSummary[]>([]);
  error = $state.raw<AppError | null>(null);
  /** What was done last, for the screen reader and the eye. */
  message = $state('');

  constructor(
    private readonly worker: OnwardWorker,
    private readonly stored: StoredQueries,
  ) {}

  async refresh(): Promise<void> {
    await this.#attempt('', () => Promise.resolve());
  }

  /** Keeps the career; resolves to it, or to null with `error` set. */
  async save(name: string, history: CareerHistory, next: NextStep, id?: string): Promise<SavedCareer | null> {
    const career = { name, history, next, ...(id === undefined ? {} : { id }) };
    return this.#attempt(`Saved “${name}” on this device.`, () => this.worker.saveCareer(career));
  }

  async load(id: string): Promise<SavedCareer | null> {
    return this.#attempt('', () => this.stored.loadCareer(id));
  }

  async remove(id: string): Promise<void> {
    await this.#attempt('Deleted from this device.', () => this.worker.deleteCareer(id));
  }

  /** Careers, settings and the model's weights: everything that this site keeps here. */
  async removeEverything(): Promise<void> {
    await this.#attempt('Everything that this page kept on this device is deleted.', () =>
      this.worker.deleteEverything(),
    );
  }

  async #attempt<T>(message: string, action: () => Promise<T>): Promise<T | null> {
    try {
      const result = await action();
      this.list = await this.stored.listCareers();
      this.error = null;
      this.message = message;
      return result;
    } catch (error) {
      this.error = asAppError(error);
      this.message = '';
      return null;
    }
  }
}
