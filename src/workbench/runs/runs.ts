import { AppError, type Turns } from '../../platform/index.ts';
import type { CheckpointRow, RunRow, Store, StoredSettings } from '../../storage/index.ts';
import type { RunEvent, RunPhase, RunSummary } from './runContract.ts';
import { ActiveRun } from './activeRun.ts';
import type { AdapterShelf } from '../comparisons/adapterShelf.ts';
import { usableCheckpoint } from './checkpoints.ts';
import { type LearningResources, prepareRun } from '../../predictors/models.ts';
import { newRun } from './newRun.ts';
import { OpenRun, type Prepare } from './openRun.ts';
import type { Panels } from '../panels/panels.ts';
import { leasedRuns, leaseRun } from './runLease.ts';

type Tell = (event: RunEvent) => void;

export interface RunsPlace {
  readonly store: Store;
  readonly panels: Panels;
  readonly shelf: AdapterShelf;
  readonly turns: Turns;
  resources(signal?: AbortSignal): Promise<LearningResources>;
  /** Milliseconds between two checkpoints. */
  readonly keepEvery: number;
}

/** All runs: those on the device, those that the device would not take, and the one that is open here. */
export class Runs {
  /** Rows of runs that are not on the device. */
  readonly #here = new Map<string, RunRow>();
  /** Last states that are not on the device, of runs that are not open. */
  readonly #unkept = new Map<string, CheckpointRow>();
  #open: OpenRun | null = null;

  constructor(private readonly place: RunsPlace) {}

  async create(request: { panel: string; name: string; settings: StoredSettings }): Promise<RunSummary> {
    const { row: panel } = await this.place.panels.open(request.panel);
    const row = newRun(panel, request);
    const { store } = this.place;
    await store.withRoom(() => store.runs.create(row)).catch(() => this.#here.set(row.id, row));
    return this.#summary(row);
  }

  /**
   * Trains from where the run stands; see `LearningWorker.trainRun`. `isAgain`: the worker died that was asked first, and
   * may have brought the run to its end.
   */
  async train(
    id: string,
    tell: Tell,
    steps: number | undefined,
    signal: AbortSignal,
    isAgain = false,
  ): Promise<RunSummary> {
    const row = await this.#row(id);
    if (row.standing !== 'open') {
      if (isAgain) return this.#summary(row);
      throw new AppError('bad-input', 'This run has ended.', { id });
    }
    const open = this.#opened(row);
    const onAbort = () => void open.pause();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await open.train(tell, steps);
    } catch (error) {
      // What is left of it here is not to be trusted: the next call begins at the last checkpoint.
      await this.#close(open);
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
    const summary = await this.#summary(open.row);
    if (open.row.standing !== 'open') await this.#close(open);
    return summary;
  }

  async pause(id: string): Promise<RunSummary> {
    // A training call that came just before is still reading the row.
    await this.#row(id);
    await this.#openHere(id)?.pause();
    return this.#summary(await this.#row(id));
  }

  /** One that is not open here is opened for it: its last checkpoint becomes the adapter. */
  async stop(id: string): Promise<RunSummary> {
    const row = await this.#row(id);
    if (row.standing !== 'open') return this.#summary(row);
    const open = this.#openHere(id) ?? this.#opened(row);
    try {
      if (open.active || row.epochs.length > 0) await open.stop();
      else return await this.#abandoned(open);
      return await this.#summary(open.row);
    } finally {
      await this.#close(open);
    }
  }

  async describe(id: string, words: { name?: string; notes?: string }): Promise<RunSummary> {
    this.#openHere(id)?.describe(words);
    const here = this.#here.get(id);
    if (here) this.#here.set(id, { ...here, ...words });
    else await this.place.store.runs.describe(id, words);
    return this.#summary({ ...(await this.#row(id)), ...words });
  }

  /** Newest first. Throws `storage` where those of the device cannot be read and there are no others. */
  async list(): Promise<RunSummary[]> {
    const stored = await this.place.store.runs.list().catch((error: unknown) => {
      // An empty table would say that there are none.
      if (this.#here.size === 0 && !this.#open) throw error;
      return [];
    });
    const rows = [...this.#here.values(), ...stored].sort((a, b) => b.createdAt - a.createdAt);
    return Promise.all(rows.map((row) => this.#summary(this.#openHere(row.id)?.row ?? row)));
  }

  async delete(id: string): Promise<void> {
    const open = this.#openHere(id);
    if (open) await this.#close(open);
    const giveBack = await leaseRun(id);
    try {
      this.#here.delete(id);
      this.#unkept.delete(id);
      await this.place.store.runs.delete(id);
      await this.place.shelf.delete(id);
    } finally {
      await giveBack();
    }
  }

  /** Puts away the run that is open here, if one is; it can be gone on with. */
  async close(): Promise<void> {
    if (this.#open) await this.#close(this.#open);
  }

  #openHere(id: string): OpenRun | null {
    return this.#open?.row.id === id ? this.#open : null;
  }

  /** Throws `in-use` where this run or another is at work here. Nothing is awaited: two calls cannot meet in between. */
  #opened(row: RunRow): OpenRun {
    const before = this.#open;
    if (before?.isBusy) throw busy(before.row.id === row.id, row.id);
    if (before?.row.id === row.id) return before;
    const prepare: Prepare = async (...run) => {
      if (before) await this.#close(before);
      return this.#prepared(...run);
    };
    return (this.#open = new OpenRun(row, prepare));
  }

  /** Throws `bad-input` where the panel is gone. */
  async #prepared(row: RunRow, tell: Tell, signal: AbortSignal): Promise<ActiveRun> {
    const { store, panels, shelf, turns, keepEvery } = this.place;
    const panel = await panels.open(row.panel.id);
    const resources = await this.place.resources(signal);
    const prepared = await turns.take(() => prepareRun(row, panel, { resources, store, tell, signal }));
    const unkept = this.#unkept.get(row.id);
    const lastState = async (kept: CheckpointRow | null) => {
      const stored = this.#here.has(row.id) ? [] : await store.runs.checkpoints(row.id);
      return usableCheckpoint(kept ? [kept, ...stored] : stored, prepared.task);
    };
    const runner = await resources.runner(signal);
    const keepHere = shelf.keepHere.bind(shelf);
    const admit = this.#admit.bind(this);
    const place = { store, runner, turns, keepEvery, keepHere, admit, lastState };
    return new ActiveRun(row, prepared, place, await lastState(unkept ?? null));
  }

  /** Ends a run that has learned nothing yet, without what training would need. */
  async #abandoned(open: OpenRun): Promise<RunSummary> {
    await open.pause();
    await open.lease();
    const row: RunRow = { ...open.row, standing: 'stopped' };
    const { standing, reason, ...progress } = row;
    if (this.#here.has(row.id)) this.#here.set(row.id, row);
    else await this.place.store.runs.end(row.id, { standing: 'stopped', reason }, progress, null);
    return this.#summary({ ...row, standing });
  }

  async #admit({ id }: RunRow): Promise<void> {
    const row = this.#here.get(id);
    if (!row) return;
    await this.place.store.withRoom(() => this.place.store.runs.create(row));
    this.#here.delete(id);
  }

  async #close(open: OpenRun): Promise<void> {
    if (this.#open === open) this.#open = null;
    await open.close();
    const { row, active } = open;
    if (!active) return;
    if (this.#here.has(row.id)) this.#here.set(row.id, row);
    if (active.unkept) this.#unkept.set(row.id, active.unkept);
    else this.#unkept.delete(row.id);
  }

  async #row(id: string): Promise<RunRow> {
    return this.#openHere(id)?.row ?? this.#here.get(id) ?? (await this.place.store.runs.get(id));
  }

  async #summary(row: RunRow): Promise<RunSummary> {
    const { standing, ...told } = row;
    const best = row.epochs.reduce<RunRow['epochs'][number] | null>(
      (lowest, epoch) => (lowest && lowest.tuningPerplexity <= epoch.tuningPerplexity ? lowest : epoch),
      null,
    );
    return {
      ...told,
      hasPanel: await this.place.panels.has(row.panel.id),
      phase: standing === 'open' ? await this.#openPhase(row) : standing,
      bestEpoch: best?.epoch ?? null,
      notKept: this.#openHere(row.id)?.active?.status.notKept ?? null,
    };
  }

  async #openPhase({ id, step }: RunRow): Promise<RunPhase> {
    const here = this.#openHere(id);
    if (here?.isBusy) return 'training';
    if (here?.active) return 'paused';
    if (!here && (await leasedRuns()).has(id)) return 'elsewhere';
    return step === 0 ? 'ready' : 'interrupted';
  }
}

function busy(isTheSame: boolean, id: string): AppError {
  const message = isTheSame ? 'This run is training already.' : 'Another run is training; pause it first.';
  return new AppError('in-use', message, { id });
}
