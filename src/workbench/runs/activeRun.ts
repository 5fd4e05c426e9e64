import {
  answeringTheta,
  type GraphRunner,
  type TrainingEvent,
  TrainingRun,
  type TrainingState,
} from '../../predictors/training/index.ts';
import { AppError, type Turns } from '../../platform/index.ts';
import type {
  AdapterToKeep,
  CheckpointRow,
  RunEnding,
  RunProgress,
  RunRow,
  Store,
} from '../../storage/index.ts';
import type { RunEvent, RunSummary } from './runContract.ts';
import { epochFigures } from './checkpoints.ts';
import type { PreparedRun } from '../../predictors/models.ts';
import { RunSpeed } from './runSpeed.ts';
import { untrainedPerplexity } from './untrainedPerplexity.ts';

type Tell = (event: RunEvent) => void;

export interface RunPlace {
  readonly store: Store;
  readonly runner: GraphRunner;
  readonly turns: Turns;
  /** Milliseconds between two checkpoints. */
  readonly keepEvery: number;
  /** Puts the run on the device where it is not yet there. Throws `quota` or `storage`. */
  readonly admit: (row: RunRow) => Promise<void>;
  /** An adapter that the device would not take. */
  readonly keepHere: (adapter: AdapterToKeep) => void;
  /** The newest state that is whole, `unkept` or on the device; undefined before the first. */
  readonly lastState: (unkept: CheckpointRow | null) => Promise<TrainingState | undefined>;
}

/** Steps of one run that may turn out wrong and be done again: a device that errs more often is not to be trusted. */
const mostDoubts = 3;

/**
 * A run that is open in this worker: steps, checkpoints, and its end. Its state is written every few seconds, after each
 * epoch and whenever it stands, in one transaction; where that fails, it goes on in memory and says so.
 */
export class ActiveRun {
  #training: TrainingRun;
  #events: AsyncGenerator<TrainingEvent, void, void>;
  readonly #speed = new RunSpeed();
  #wish: 'train' | 'pause' | 'stop' = 'pause';
  #notKept: RunSummary['notKept'] = null;
  #unkept: CheckpointRow | null = null;
  #lastKept = performance.now();
  /** Steps after which numbers were wrong. */
  readonly #doubted: number[] = [];
  #standing: Promise<void> = Promise.resolve();

  constructor(
    private row: RunRow,
    private readonly prepared: PreparedRun,
    private readonly place: RunPlace,
    state: TrainingState | undefined,
  ) {
    const { task, training } = prepared;
    this.#training = new TrainingRun(task, training, place.runner, state);
    this.#events = this.#training.events();
    this.#speed.seconds = row.seconds;
    const { totalSteps } = this.#training;
    this.row = { ...row, totalSteps, step: state?.step ?? 0, epochs: state ? epochFigures(state) : [] };
  }

  /** As it stands, and why its state is not on the device, if it is not. */
  get status(): { row: RunRow; notKept: RunSummary['notKept']; isTraining: boolean } {
    const row = { ...this.row, seconds: this.#speed.seconds };
    return { row, notKept: this.#notKept, isTraining: this.#wish === 'train' };
  }

  /** Its last state, where only memory has it. */
  get unkept(): CheckpointRow | null {
    return this.#unkept;
  }

  describe(words: { name?: string; notes?: string }): void {
    this.row = { ...this.row, ...words };
  }

  /** Trains until it ends, is asked to stand, or has done so many steps. Throws what a lost device or a bug throws. */
  train(tell: Tell, steps = Infinity): Promise<void> {
    this.#wish = 'train';
    this.#standing = this.#train(tell, steps).finally(() => {
      if (this.#wish === 'train') this.#wish = 'pause';
    });
    return this.#standing;
  }

  /** Resolves when it stands; a failure is the training call's to tell. */
  async pause(): Promise<void> {
    this.#wish = 'pause';
    await this.#standing.catch(() => undefined);
  }

  /** Ends it for good, wherever it stands. */
  async stop(tell: Tell = () => undefined): Promise<void> {
    this.#wish = 'stop';
    await this.#standing.catch(() => undefined);
    if (this.row.standing === 'open') await this.#end({ standing: 'stopped', reason: null }, tell);
  }

  dispose(): void {
    this.#training.dispose();
  }

  async #train(tell: Tell, steps: number): Promise<void> {
    let left = steps;
    await this.#measureUntrained(tell);
    while (this.#wish === 'train' && left > 0) {
      const started = performance.now();
      const next = await this.#next(tell);
      this.#speed.seconds += (performance.now() - started) / 1000;
      if (next === null) return;
      if (next.kind === 'step') {
        left -= 1;
        this.#stepped(next, tell);
        if (performance.now() - this.#lastKept > this.place.keepEvery) await this.#keep(tell);
      } else {
        await this.#epochEnded(next, tell);
        await this.#keep(tell);
      }
    }
    if (this.#wish === 'stop') await this.#end({ standing: 'stopped', reason: null }, tell);
    else await this.#keep(tell);
  }

  /** Once a run, before it goes on; what cannot be measured here is tried again when the run is opened again. */
  async #measureUntrained(tell: Tell): Promise<void> {
    if (this.row.untrainedPerplexity !== undefined || this.#wish !== 'train') return;
    const { task } = this.prepared;
    const perplexity = await this.place.turns.take(() => untrainedPerplexity(task, this.place.runner));
    if (perplexity === null) return;
    this.row = { ...this.row, untrainedPerplexity: perplexity };
    tell({ kind: 'untrained', perplexity });
  }

  /** The next event; null when the run has ended by itself. */
  async #next(tell: Tell): Promise<TrainingEvent | null> {
    try {
      const { value, done } = await this.place.turns.take(() => this.#events.next());
      if (!done && value) return value;
      const { ending } = this.#training;
      await this.#end({ standing: 'finished', reason: null, ...(ending && { ending }) }, tell);
    } catch (error) {
      if (!(error instanceof AppError) || !['diverged', 'bad-output'].includes(error.code)) throw error;
      if (await this.#goBack()) return this.#next(tell);
      if (error.code !== 'diverged') throw error;
      await this.#end({ standing: 'failed', reason: error.message }, tell);
    }
    return null;
  }

  /**
   * Back to the last whole state, for the device may have erred; a run that really diverges does so at the same step again.
   * False where this step has been doubted before, or too many have.
   */
  async #goBack(): Promise<boolean> {
    const { step } = this.#training;
    if (this.#doubted.includes(step) || this.#doubted.length === mostDoubts) return false;
    const state = await this.place.lastState(this.#unkept);
    // Where nothing was kept yet it would be its beginning, which costs no more than the first seconds.
    this.#doubted.push(step);
    this.#training.dispose();
    this.#training = new TrainingRun(this.prepared.task, this.prepared.training, this.place.runner, state);
    this.#events = this.#training.events();
    this.row = { ...this.row, step: state?.step ?? 0, epochs: state ? epochFigures(state) : [] };
    return true;
  }

  #stepped({ step, totalSteps, epoch, loss, rate, examples }: TrainingEvent & { kind: 'step' }, tell: Tell) {
    this.row = { ...this.row, step };
    this.#speed.add(loss, examples);
    if (!this.#speed.isDue) return;
    const figures = this.#speed.told(totalSteps - step);
    const { examples: unit, bytes } = this.prepared;
    tell({ kind: 'step', step, totalSteps, epoch, rate, examples: unit, bytes, ...figures });
  }

  async #epochEnded(event: TrainingEvent & { kind: 'epoch' }, tell: Tell): Promise<void> {
    const state = await this.#training.checkpoint();
    this.row = { ...this.row, epochs: epochFigures(state) };
    const figures = this.row.epochs[event.epoch];
    const example = await this.place.turns.take(() => this.prepared.example(answeringTheta(state)));
    tell({ kind: 'epoch', ...figures, isBest: event.isBest, example });
  }

  async #keep(tell: Tell): Promise<void> {
    const { store } = this.place;
    const state = snapshot(await this.#training.checkpoint());
    const savedAt = Date.now();
    const checkpoint: CheckpointRow = {
      run: this.row.id,
      step: state.step,
      fingerprint: this.prepared.task.fingerprint,
      state,
      savedAt,
    };
    this.#lastKept = performance.now();
    const isWritten = await this.#written(tell, async () => {
      await store.withRoom(() => store.runs.keepCheckpoint(checkpoint, this.#progress()));
      this.row = { ...this.row, keptAt: savedAt };
      tell({ kind: 'kept', step: state.step, at: savedAt });
    });
    this.#unkept = isWritten ? null : checkpoint;
  }

  /** The best state so far becomes an adapter, if there has been an epoch to judge it by. */
  async #end(ending: RunEnding, tell: Tell): Promise<void> {
    const { store, keepHere } = this.place;
    const state = await this.#training.checkpoint();
    const adapter = state.tuningNlls.length > 0 ? await this.prepared.adapter(this.row, state.best) : null;
    this.row = { ...this.row, ...ending, hasAdapter: adapter !== null };
    const isWritten = await this.#written(tell, () =>
      store.withRoom(() => store.runs.end(this.row.id, ending, this.#progress(), adapter)),
    );
    this.#unkept = null;
    if (!isWritten && adapter) keepHere(adapter);
  }

  /**
   * Whether it could be written; the run goes on where not. A run that a person deleted is never written again, one that the
   * browser cleared is.
   */
  async #written(tell: Tell, write: () => Promise<void>): Promise<boolean> {
    try {
      await this.place.admit(this.row);
      await write().catch(async (error: unknown) => {
        const isGone = error instanceof AppError && error.code === 'bad-input';
        if (!isGone || !(await this.place.store.runs.bringBack(this.row))) throw error;
        await write();
      });
      this.#notKept = null;
      return true;
    } catch (error) {
      if (!(error instanceof AppError) || !['quota', 'storage'].includes(error.code)) throw error;
      const { code, message } = error;
      this.#notKept = { code, message };
      tell({ kind: 'not-kept', code, message });
      return false;
    }
  }

  #progress(): RunProgress {
    const { step, totalSteps, epochs, untrainedPerplexity: untrained } = this.row;
    return {
      ...{ step, totalSteps, epochs, seconds: this.#speed.seconds },
      ...(untrained !== undefined && { untrainedPerplexity: untrained }),
    };
  }
}

/** The state as it stands: training goes on with the vectors' successors, but draws on the average in place. */
function snapshot(state: TrainingState): TrainingState {
  const { theta, mu, nu, average, tuningNlls, trainingLosses, epochLoss } = state;
  // Vectors that live on the GPU are looked at here for the first time.
  if (![theta, mu, nu].every((vector) => vector.every(Number.isFinite)))
    throw new AppError('bad-output', 'The parameters hold values that are no numbers.', { step: state.step });
  return {
    ...state,
    average: average?.slice() ?? null,
    tuningNlls: [...tuningNlls],
    trainingLosses: [...trainingLosses],
    epochLoss: { ...epochLoss },
  };
}
