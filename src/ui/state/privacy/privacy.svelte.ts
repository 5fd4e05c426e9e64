import type { Learning } from '../learn/learning.svelte.ts';
import type { Onward } from '../onward.svelte.ts';
import { Backup } from './backup.svelte.ts';
import { Erasure } from './erasure.svelte.ts';
import type { Installation } from './installation.svelte.ts';
import { Keeping } from './keeping.svelte.ts';
import { type AskRealm, Seal } from './seal.svelte.ts';
import { TrafficCount } from './trafficCount.svelte.ts';

/** The part of the page about itself: what it asked for, what it keeps, and how that leaves or ends. */
export class Privacy {
  readonly seal: Seal;
  readonly traffic: TrafficCount;
  readonly keeping: Keeping;
  readonly backup: Backup;
  readonly erasure: Erasure;

  constructor(
    onward: Onward,
    learning: Learning,
    readonly installation: Installation,
  ) {
    const { connection } = onward.engine;
    const workers: Record<string, AskRealm> = {
      'the worker that predicts': (isFresh) => connection.realm(isFresh),
      'the worker that trains': (isFresh) => (learning.hasBegun ? learning.connection.realm(isFresh) : null),
    };
    this.seal = new Seal(workers);
    this.traffic = new TrafficCount(workers);
    this.keeping = new Keeping(() => onward.saved.stored());
    this.backup = new Backup(connection, async () => {
      await onward.saved.refresh();
      if (learning.hasBegun) await learning.refresh();
    });
    this.erasure = new Erasure(async () => {
      learning.connection.close();
      await onward.saved.letGo();
      // Tells other tabs what they must not write again. Where one of them keeps hold, the deletion below says so.
      await connection.deleteEverything().catch(() => undefined);
      connection.close();
    });
  }
}
