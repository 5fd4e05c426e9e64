import { SvelteMap } from 'svelte/reactivity';
import { type Experiment, experiments } from '../../../evaluation/index.ts';
import type {
  ArmProgress,
  ExperimentReport,
  LearningConnection,
  PanelSummary,
} from '../../../worker/index.ts';
import { Attempt } from './attempt.svelte.ts';

/** Most people that take part where nobody says otherwise: a class gets its answer in minutes. */
const usualPeople = 300;

/** The paper's questions on the page: how much work goes into an answer, the one in progress, and what came out. */
export class ExperimentDesk {
  readonly attempt = new Attempt();
  /** Null: all. */
  people = $state<number | null>(usualPeople);
  /** Null: as many as the models take by themselves. */
  epochs = $state<number | null>(null);
  seed = $state<number | null>(1);
  /** Id of another population's panel. */
  other = $state<string | null>(null);
  /** Name of the one that runs. */
  running = $state<string | null>(null);
  progress = $state.raw<ArmProgress | null>(null);
  /** The last report of each experiment on each panel. */
  readonly #reports = new SvelteMap<string, ExperimentReport>();
  /** Name of the one that was asked last: what went wrong is about it. */
  asked = $state<string | null>(null);

  constructor(private readonly connection: LearningConnection) {}

  get isSound(): boolean {
    return isWhole(this.people, 20) && isWhole(this.epochs, 1) && isWhole(this.seed, 0) && this.seed !== null;
  }

  report(experiment: string, panel: string): ExperimentReport | undefined {
    return this.#reports.get(keyOf(experiment, panel));
  }

  /** How many are answered on a panel. */
  answered(panel: string): number {
    return experiments.filter(({ name }) => this.#reports.has(keyOf(name, panel))).length;
  }

  async run({ name, title, needsOtherPanel }: Experiment, panel: PanelSummary): Promise<void> {
    if (!this.isSound || this.running !== null) return;
    this.running = name;
    this.asked = name;
    this.progress = null;
    const report = await this.attempt.run(title, (signal) =>
      this.connection.runExperiment(
        {
          name,
          panel: panel.id,
          ...(needsOtherPanel && this.other !== null && { other: this.other }),
          seed: this.seed ?? 0,
          ...(this.people !== null && { people: this.people }),
          ...(this.epochs !== null && { epochs: this.epochs }),
        },
        (progress) => (this.progress = progress),
        signal,
      ),
    );
    this.running = null;
    this.progress = null;
    if (report) this.#reports.set(keyOf(name, panel.id), report);
    if (report) this.attempt.message = `“${title}” is answered.`;
    else if (!this.attempt.error)
      this.attempt.message = `“${title}” is cancelled. What was learned so far is kept: run it again to go on.`;
  }
}

const keyOf = (experiment: string, panel: string) => `${panel} ${experiment}`;

function isWhole(value: number | null, least: number): boolean {
  return value === null || (Number.isInteger(value) && value >= least);
}
