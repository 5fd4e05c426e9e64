import Dexie from 'dexie';
import { AppError } from '../platform/index.ts';
import { access } from '../weights/index.ts';
import { putAdapter } from './adapters.ts';
import type { AdapterToKeep, CheckpointRow, RunProgress, RunRow } from './learningRows.ts';
import type { CareersDatabase } from './schema.ts';

/** How a run ended. */
export type RunEnding = Pick<RunRow, 'reason'> & { standing: Exclude<RunRow['standing'], 'open'> };

/** Checkpoints of a run that are kept: should the last one be damaged, the one before is whole. */
const KEPT_CHECKPOINTS = 2;

/**
 * Training runs with their checkpoints. Throws `AppError` `quota` or `storage`, and `bad-input` where the run has been
 * deleted: nothing that a person deleted is written again by a run that was still at work.
 */
export class RunStore {
  constructor(private readonly database: CareersDatabase) {}

  async create(row: RunRow): Promise<void> {
    await access(this.database, () => this.database.runs.put(row));
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
    await this.#change(run, async (row) => {
      await checkpoints.put(checkpoint);
      const keys = await this.#checkpoints(run).primaryKeys();
      await checkpoints.bulkDelete(keys.slice(0, -KEPT_CHECKPOINTS));
      return { ...row, ...progress, keptAt: savedAt };
    });
  }

  /** Newest first. */
  async checkpoints(run: string): Promise<CheckpointRow[]> {
    return access(this.database, () => this.#checkpoints(run).reverse().toArray());
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

function gone(id: string): AppError {
  return new AppError('bad-input', 'This run is no longer on this device', { id });
}
