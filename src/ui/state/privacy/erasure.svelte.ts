import { AppError } from '../../../platform/index.ts';
import { asAppError } from '../../advice.ts';
import { describeOrigin, eraseOrigin, type OriginReport } from './origin.ts';

/** How long the browser's estimate may take to follow. */
const PROOF_LIMIT_MS = 10_000;
const PROOF_INTERVAL_MS = 250;

/** Deleting everything that this site keeps in this browser, and what the browser says afterwards. */
export class Erasure {
  isBusy = $state(false);
  error = $state.raw<AppError | null>(null);
  /** The browser's own account after the deletion; null before. */
  proof = $state.raw<OriginReport | null>(null);

  /** `letGo` ends the workers and closes the databases: what is open cannot be deleted. */
  constructor(private readonly letGo: () => Promise<void>) {}

  get isDone(): boolean {
    return this.proof !== null;
  }

  async erase(): Promise<void> {
    this.isBusy = true;
    this.error = null;
    try {
      await this.letGo();
      await eraseOrigin();
      this.proof = await settledReport();
    } catch (error) {
      const { message } = asAppError(error);
      this.error = new AppError('storage', message, {}, { cause: error });
    } finally {
      this.isBusy = false;
    }
  }
}

/** Looks until the browser's estimate says zero, or no longer changes its mind in time. */
async function settledReport(): Promise<OriginReport> {
  let report = await describeOrigin();
  for (let waited = 0; report.usage !== 0 && waited < PROOF_LIMIT_MS; waited += PROOF_INTERVAL_MS) {
    await new Promise((resolve) => setTimeout(resolve, PROOF_INTERVAL_MS));
    report = await describeOrigin();
  }
  return report;
}
