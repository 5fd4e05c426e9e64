import { traffic, type Traffic } from '../../../shell/index.ts';
import type { AskRealm } from './seal.svelte.ts';

/** What one document or worker has asked for. */
export interface RealmTraffic extends Traffic {
  name: string;
}

/** Requests and refusals since the page was loaded, in the page and in its workers. */
export class TrafficCount {
  realms = $state.raw<readonly RealmTraffic[]>([]);
  readonly requests = $derived(
    this.realms.reduce((sum, { origins }) => sum + origins.reduce((of, { requests }) => of + requests, 0), 0),
  );
  readonly violations = $derived(
    this.realms.flatMap(({ name, violations }) =>
      violations.map((violation) => ({ realm: name, ...violation })),
    ),
  );
  /** Origins other than the page's own that anything was asked of. */
  readonly foreign = $derived(
    this.realms
      .flatMap(({ origins }) => origins.map(({ origin }) => origin))
      .filter((origin, i, all) => origin !== location.origin && all.indexOf(origin) === i),
  );

  constructor(private readonly workers: Readonly<Record<string, AskRealm>>) {}

  async refresh(): Promise<void> {
    const answers = Object.entries(this.workers).map(async ([name, ask]): Promise<RealmTraffic | null> => {
      const report = await ask(false)?.catch(() => null);
      return report ? { name, ...report.traffic } : null;
    });
    const workers = (await Promise.all(answers)).filter((answer) => answer !== null);
    this.realms = [{ name: 'this page', ...traffic() }, ...workers];
  }
}
