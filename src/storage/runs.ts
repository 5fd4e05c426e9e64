import Dexie from 'dexie';
import { AppError } from '../platform/index.ts';
import { access } from '../weights/index.ts';
import { checkpointSha256 } from './checksums.ts';
import { putAdapter } from './adapters.ts';
import { DeletionNews } from './deletion.ts';
import type { AdapterToKeep, CheckpointRow, RunProgress, RunRow } from './learningRows.ts';
import type { CareersDatabase } from './schema.ts';

/** How a run ended. */
export type RunEnding = Pick<RunRow, 'reason' | 'ending'> & { standing: Exclude<RunRow['standing'], 'open'> };

/** Checkpoints of a run that are kept: should the last one be damaged, the one before is whole. */
const KEPT_CHECKPOINTS = 2;

/**
 * Training runs with their checkpoints. Throws `AppError` `quota` or `storage`, and `bad-input` where the run has been
 * deleted: nothing that a person deleted is written again by a run that was still at work.
 */
export class RunStore {
  constructor(
    private readonly database: CareersDatabase,
    private readonly deletion = new DeletionNews(),
  ) {}

  async create(row: RunRow): Promise<void> {
    this.deletion.forget();
    await access(this.database, () => this.database.runs.put(row));
  }

  /**
   * Puts a run back that is gone although nobody deleted it: the browser cleared its store, say. False where the person did:
   * then nothing is written again.
   */
  async bringBack(row: RunRow): Promise<boolean> {
    if (this.deletion.includes(row.id)) return false;
    await access(this.database, () => this.database.runs.put(row));
    return true;
  }

  /** Newest first. */
  list(): Promise<RunRow[]> {
    return access(this.database, () => this.database.runs.orderBy('createdAt').reverse().toArray());
  }

  async get(id: string): Promise<RunRow> {
    const row = await access(this.database, () => this.database.runs.get(id));
    if (!row) throw gone(id);
    return row;
  }

  async describe(id: string, words: { name?: string; notes?: string }): Promise<void> {
    await this.#change(id, (row) => ({ ...row, ...words }));
  }

  /**
   * One transaction: the checkpoint, how far the run is, and away with checkpoints before the last two. The newer one is
   * written before an older one goes.
   */
  async keepCheckpoint(checkpoint: CheckpointRow, progress: RunProgress): Promise<void> {
    const { checkpoints } = this.database;
    const { run, savedAt } = checkpoint;
    const hashed = { ...checkpoint, sha256: await checkpointSha256(checkpoint.state) };
    await this.#change(run, async (row) => {
      await checkpoints.put(hashed);
      const keys = await this.#checkpoints(run).primaryKeys();
      await checkpoints.bulkDelete(keys.slice(0, -KEPT_CHECKPOINTS));
      return { ...row, ...progress, keptAt: savedAt };
    });
  }

  /** Newest first; those whose bytes have changed on the disk are left out. */
  async checkpoints(run: string): Promise<CheckpointRow[]> {
    const stored = await access(this.database, () => this.#checkpoints(run).reverse().toArray());
    const whole = await Promise.all(stored.map(isWhole));
    return stored.filter((_, i) => whole[i]).map(({ sha256: _, ...checkpoint }) => checkpoint);
  }

  /** One transaction: how the run ended, what it trained, and away with its checkpoints. */
  async end(
    id: string,
    ending: RunEnding,
    progress: RunProgress,
    adapter: AdapterToKeep | null,
  ): Promise<void> {
    await this.#change(id, async (row) => {
      if (adapter) await putAdapter(this.database, adapter);
      await this.#checkpoints(id).delete();
      return { ...row, ...progress, ...ending, hasAdapter: adapter !== null };
    });
  }

  async delete(id: string): Promise<void> {
    this.deletion.tell(id);
    const { runs, checkpoints } = this.database;
    await access(this.database, () =>
      this.database.transaction('rw', runs, checkpoints, async () => {
        await runs.delete(id);
        await this.#checkpoints(id).delete();
      }),
    );
  }

  async #change(id: string, changed: (row: RunRow) => RunRow | Promise<RunRow>): Promise<void> {
    const { runs, checkpoints, adapters, adapterFiles } = this.database;
    await access(this.database, () =>
      this.database.transaction('rw', runs, checkpoints, adapters, adapterFiles, async () => {
        const row = await runs.get(id);
        if (!row) throw gone(id);
        await runs.put(await changed(row));
      }),
    );
  }

  #checkpoints(run: string) {
    const checkpoints = this.database.checkpoints.where('[run+step]');
    return checkpoints.between([run, Dexie.minKey], [run, Dexie.maxKey]);
  }
}

async function isWhole({ state, sha256 }: CheckpointRow): Promise<boolean> {
  return sha256 === undefined || sha256 === (await checkpointSha256(state));
}

function gone(id: string): AppError {
  return new AppError('bad-input', 'This run is no longer on this device', { id });
}
