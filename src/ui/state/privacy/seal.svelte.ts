import { isSealed, keepSealWish, readSeal, testSeal } from '../../../shell/index.ts';
import type { RealmReport } from '../../../worker/index.ts';

/** A document or worker and what it found when it tried to connect. */
export interface TestedRealm {
  name: string;
  isSealed: boolean;
}

/** Asks a worker; null where it has not begun, so that there is nothing to ask. */
export type AskRealm = (isFresh: boolean) => Promise<RealmReport> | null;

const base = (): string => new URL('.', document.baseURI).href;

/** Whether this page can connect, as it has just been tried, and whether the person wants that. */
export class Seal {
  /** What each realm found; empty until it was tried. */
  tested = $state.raw<readonly TestedRealm[]>([]);
  isWanted = $state(true);
  /** All that the page needs is on this device: the next load is sealed, if that is wanted. */
  isPossible = $state(false);
  /** Every realm there is tried to connect, and its policy refused. */
  readonly isVerified = $derived(this.tested.length > 1 && this.tested.every((realm) => realm.isSealed));

  constructor(private readonly workers: Readonly<Record<string, AskRealm>>) {}

  /** Tries to connect in the page and in every worker that has begun. `isFresh`: once more. */
  async verify(isFresh = false): Promise<void> {
    const asked = Object.entries(this.workers).flatMap(([name, ask]) => {
      const report = ask(isFresh);
      return report ? [report.then(({ isSealed: answer }) => ({ name, isSealed: answer }))] : [];
    });
    try {
      const page = { name: 'this page', isSealed: await (isFresh ? testSeal() : isSealed()) };
      this.tested = [page, ...(await Promise.all(asked))];
    } catch {
      // A worker that cannot answer leaves nothing verified.
      this.tested = [];
    }
    await this.#read();
  }

  /** From the next load on. */
  async want(isWanted: boolean): Promise<void> {
    await keepSealWish(base(), isWanted);
    await this.#read();
  }

  async #read(): Promise<void> {
    const { isWanted, readiness } = await readSeal(base()).catch(() => ({ isWanted: true, readiness: null }));
    this.isWanted = isWanted;
    this.isPossible = readiness !== null && 'serviceWorker' in navigator;
  }
}
