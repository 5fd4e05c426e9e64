import { AppError } from '../../platform/index.ts';
import type { RunRow, Store } from '../../storage/index.ts';
import type { RunEvent, RunPhase, RunSummary } from '../runContract.ts';
import type { RunSettings } from '../runSettings.ts';
import type { Turns } from '../turns.ts';
import { ActiveRun, usableCheckpoint } from './activeRun.ts';
import type { AdapterShelf } from './adapterShelf.ts';
import { prepareRun } from './models/prepareRun.ts';
import type { Panels } from './panels.ts';
import type { LearningResources } from './preparedRun.ts';
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
  #open: { run: ActiveRun; giveBack: () => void } | null = null;

  constructor(private readonly place: RunsPlace) {}

  async create(request: { panel: string; name: string; settings: RunSettings }): Promise<RunSummary> {
    const { row: panel } = await this.place.panels.open(request.panel);
    const { fitting, tuning } = panel.parts;
    const row: RunRow = {
      id: crypto.randomUUID(),
      name: request.name,
      notes: '',
      settings: request.settings,
      panel: {
        id: panel.id,
        name: panel.name,
        fittingPeople: fitting.people,
        tuningPeople: tuning.people,
      },
      standing: 'open',
      reason: null,
      step: 0,
      totalSteps: 0,
      epochs: [],
      seconds: 0,
      hasAdapter: false,
      createdAt: Date.now(),
      keptAt: null,
    };
    const { store } = this.place;
    await store.withRoom(() => store.runs.create(row)).catch(() => this.#here.set(row.id, row));
    return this.#summary(row);
  }

  /** Trains from where the run stands; see `LearningWorker.trainRun`. */
  async train(id: string, tell: Tell, steps: number | undefined, signal: AbortSignal): Promise<RunSummary> {
    const run = await this.#opened(id, tell, signal);
    const onAbort = () => void run.pause();
    signal.addEventListener('abort', onAbort, { once: true });
    await run.train(tell, steps).finally(() => signal.removeEventListener('abort', onAbort));
    const summary = await this.#summary(run.status.row);
    if (run.status.row.standing !== 'open') this.#close();
    return summary;
  }

  async pause(id: string): Promise<RunSummary> {
    const run = this.#openHere(id);
    await run?.pause();
    return this.#summary(await this.#row(id));
  }

  /** One that is not open here is opened for it: its last checkpoint becomes the adapter. */
  async stop(id: string): Promise<RunSummary> {
    const row = await this.#row(id);
    if (row.standing !== 'open') return this.#summary(row);
    const run = await this.#opened(id, () => undefined, new AbortController().signal);
    await run.stop();
    const summary = await this.#summary(run.status.row);
    this.#close();
    return summary;
  }

  async describe(id: string, words: { name?: string; notes?: string }): Promise<RunSummary> {
    const here = this.#here.get(id);
    if (here) this.#here.set(id, { ...here, ...words });
    else await this.place.store.runs.describe(id, words);
    return this.#summary({ ...(await this.#row(id)), ...words });
  }

  /** Newest first. */
  async list(): Promise<RunSummary[]> {
    const stored = await this.place.store.runs.list().catch(() => []);
    const rows = [...this.#here.values(), ...stored].sort((a, b) => b.createdAt - a.createdAt);
    return Promise.all(rows.map((row) => this.#summary(this.#openHere(row.id)?.status.row ?? row)));
  }

  async delete(id: string): Promise<void> {
    const run = this.#openHere(id);
    if (run) {
      await run.pause();
      this.#close();
    }
    const giveBack = await leaseRun(id);
    try {
      this.#here.delete(id);
      await this.place.store.runs.delete(id);
      await this.place.shelf.delete(id);
    } finally {
      giveBack();
    }
  }

  #openHere(id: string): ActiveRun | null {
    return this.#open?.run.status.row.id === id ? this.#open.run : null;
  }

  /** Throws `bad-input` where it has ended or its panel is gone, `in-use` where another tab, or training here, is in the way. */
  async #opened(id: string, tell: Tell, signal: AbortSignal): Promise<ActiveRun> {
    const here = this.#openHere(id);
    if (here) return here;
    const { store, panels, shelf, turns, keepEvery } = this.place;
    const row = await this.#row(id);
    if (row.standing !== 'open') throw new AppError('bad-input', 'This run has ended.', { id });
    if (this.#open?.run.status.isTraining)
      throw new AppError('in-use', 'Another run is training; pause it first.', { id });
    this.#close();
    const giveBack = await leaseRun(id);
    try {
      const panel = await panels.open(row.panel.id);
      const resources = await this.place.resources(signal);
      const preparation = { resources, store, tell, signal };
      const prepared = await turns.take(() => prepareRun(row, panel, preparation));
      const kept = this.#here.has(id) ? [] : await store.runs.checkpoints(id);
      const runner = await resources.runner();
      const keepHere = shelf.keepHere.bind(shelf);
      const place = { store, runner, turns, keepEvery, keepHere };
      const run = new ActiveRun(row, prepared, place, usableCheckpoint(kept, prepared));
      this.#open = { run, giveBack };
      return run;
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  #close(): void {
    const { run, giveBack } = this.#open ?? {};
    this.#open = null;
    if (run && this.#here.has(run.status.row.id)) this.#here.set(run.status.row.id, run.status.row);
    run?.dispose();
    giveBack?.();
  }

  async #row(id: string): Promise<RunRow> {
    return this.#openHere(id)?.status.row ?? this.#here.get(id) ?? (await this.place.store.runs.get(id));
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
      notKept: this.#openHere(row.id)?.status.notKept ?? null,
    };
  }

  async #openPhase({ id, step }: RunRow): Promise<RunPhase> {
    const here = this.#openHere(id);
    if (here) return here.status.isTraining ? 'training' : 'paused';
    if ((await leasedRuns()).has(id)) return 'elsewhere';
    return step === 0 ? 'ready' : 'interrupted';
  }
}
