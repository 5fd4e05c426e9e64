import { SvelteMap } from 'svelte/reactivity';
import type {
  LearningConnection,
  PanelSummary,
  RunPhase,
  StoredSettings,
  RunSummary,
} from '../../../worker/index.ts';
import { Attempt } from './attempt.svelte.ts';
import { LiveRun } from './liveRun.svelte.ts';

/** All training runs of this device, and the one on screen. */
export class Runs {
  list = $state.raw<readonly RunSummary[]>([]);
  /** Of training; that of everything else is in `attempt`. */
  readonly training = new Attempt();
  readonly attempt = new Attempt();
  /** The run that this tab trains now. */
  trainingId = $state<string | null>(null);
  /** What it was asked to do: pausing and stopping take until the end of a step. */
  wish = $state<'pause' | 'stop' | null>(null);
  #chosenId = $state<string | null>(null);
  readonly #live = new SvelteMap<string, LiveRun>();
  readonly chosen = $derived(this.list.find(({ id }) => id === this.#chosenId) ?? this.list[0] ?? null);

  /** `onEnded`: a run has ended, so that there may be a new adapter. */
  constructor(
    private readonly connection: LearningConnection,
    private readonly onEnded: (run: RunSummary) => void,
  ) {}

  async refresh(): Promise<void> {
    const list = await this.attempt.run('Looking for runs', () => this.connection.listRuns());
    if (list) this.list = list;
  }

  choose(id: string): void {
    this.#chosenId = id;
  }

  liveOf({ id }: RunSummary): LiveRun | null {
    return this.#live.get(id) ?? null;
  }

  /** As this tab knows it; a training call tells the phase only when it ends. */
  phaseOf({ id, phase }: RunSummary): RunPhase {
    if (id === this.trainingId) return 'training';
    return phase === 'training' ? 'paused' : phase;
  }

  /** Creates a run and begins it; with `steps`, it stands again after so many. */
  async begin(panel: PanelSummary, name: string, settings: StoredSettings, steps?: number): Promise<void> {
    const run = await this.attempt.run('Preparing', () =>
      this.connection.createRun({ panel: panel.id, name, settings }),
    );
    if (!run) return;
    this.list = [run, ...this.list];
    this.#chosenId = run.id;
    await this.train(run, steps);
  }

  /** Trains from where the run stands, until it ends or stands again. */
  async train(run: RunSummary, steps?: number): Promise<void> {
    if (this.trainingId !== null) return;
    this.trainingId = run.id;
    this.wish = null;
    this.#chosenId = run.id;
    const live = this.liveOf(run) ?? new LiveRun(run);
    this.#live.set(run.id, live);
    const standing = await this.training.run('Training', () =>
      this.connection.trainRun(run.id, (event) => live.tell(event), steps === undefined ? {} : { steps }),
    );
    live.stand(standing);
    this.trainingId = null;
    this.wish = null;
    if (standing) this.#replace(standing);
    else await this.refresh();
    const ended = this.list.find(({ id }) => id === run.id);
    if (ended?.hasAdapter) this.onEnded(ended);
  }

  async pause(run: RunSummary): Promise<void> {
    this.wish = 'pause';
    await this.#act('Pausing', () => this.connection.pauseRun(run.id));
  }

  /** Ends it for good, wherever it stands. */
  async stop(run: RunSummary): Promise<void> {
    this.wish = 'stop';
    const stopped = await this.#act('Stopping', () => this.connection.stopRun(run.id));
    this.wish = null;
    if (stopped?.hasAdapter) this.onEnded(stopped);
  }

  async describe(run: RunSummary, words: { name?: string; notes?: string }): Promise<void> {
    await this.#act('Writing', () => this.connection.describeRun(run.id, words));
  }

  async remove(run: RunSummary): Promise<void> {
    const isDone = await this.attempt.run('Deleting', async () => {
      await this.connection.deleteRun(run.id);
      return true;
    });
    if (!isDone) return;
    this.list = this.list.filter(({ id }) => id !== run.id);
    this.#live.delete(run.id);
    this.attempt.message = `“${run.name}” is deleted, with what it learned.`;
    this.onEnded(run);
  }

  async #act(busy: string, act: () => Promise<RunSummary>): Promise<RunSummary | null> {
    const run = await this.attempt.run(busy, act);
    if (run) this.#replace(run);
    return run;
  }

  #replace(run: RunSummary): void {
    this.list = this.list.map((one) => (one.id === run.id ? run : one));
  }
}
