import type { AppError } from '../../../platform/index.ts';
import type { StorageReport, StoredQueries } from '../../../storage/index.ts';
import { asAppError } from '../../advice.ts';
import { requestPersistence } from '../persistence.ts';
import { describeOrigin, type OriginReport } from './origin.ts';

/** What is stored on this device: the app's account by kind, and the browser's. */
export class Keeping {
  report = $state.raw<StorageReport | null>(null);
  origin = $state.raw<OriginReport | null>(null);
  error = $state.raw<AppError | null>(null);
  /** What the browser answered when it was asked to promise. */
  answer = $state('');

  constructor(private readonly stored: () => Promise<StoredQueries>) {}

  async refresh(): Promise<void> {
    try {
      const stored = await this.stored();
      [this.report, this.origin] = await Promise.all([stored.report(), describeOrigin()]);
      this.error = null;
    } catch (error) {
      this.error = asAppError(error);
    }
  }

  /** Asks the browser not to clear this site's storage when the disk runs full. */
  async askToKeep(): Promise<void> {
    this.answer = (await requestPersistence())
      ? 'The browser promised not to clear it.'
      : 'The browser gave no promise. Some give it to installed pages and to those that are visited often.';
    await this.refresh();
  }
}
