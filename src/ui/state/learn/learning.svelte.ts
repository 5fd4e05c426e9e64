import type { DeviceReport, LearningConnection, ModelChoice, WorkerStatus } from '../../../worker/index.ts';
import { currentYear } from '../../editing/draft.ts';
import { Adapters } from './adapters.svelte.ts';
import { Attempt } from './attempt.svelte.ts';
import { ExperimentDesk } from './experimentDesk.svelte.ts';
import { PanelIntake } from './panelIntake.svelte.ts';
import { Panels } from './panels.svelte.ts';
import { Proof } from './proof.svelte.ts';
import { ReferenceLines } from './referenceLines.svelte.ts';
import { Runs } from './runs.svelte.ts';

/** The part of the page that trains: people, runs, what they made, and how good that is. */
export class Learning {
  status = $state.raw<WorkerStatus>({ phase: 'running' });
  /** What trains; null until something has needed it. */
  device = $state.raw<DeviceReport | null>(null);
  readonly panels: Panels;
  readonly intake: PanelIntake;
  readonly runs: Runs;
  readonly references: ReferenceLines;
  readonly adapters: Adapters;
  readonly proof: Proof;
  readonly experiments: ExperimentDesk;
  readonly modelChange = new Attempt();
  #hasBegun = false;

  constructor(readonly connection: LearningConnection) {
    connection.onStatus((status) => (this.status = status));
    this.panels = new Panels(connection);
    this.intake = new PanelIntake(connection, this.panels, currentYear());
    this.references = new ReferenceLines(connection);
    this.adapters = new Adapters(connection);
    this.proof = new Proof(connection, () => void this.adapters.refresh());
    this.experiments = new ExperimentDesk(connection);
    this.runs = new Runs(connection, () => void this.adapters.refresh());
  }

  /** Whether its worker is there: it begins when this part is first opened. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Looks up what is on this device; the worker begins with it, on the first visit to this part. */
  async begin(): Promise<void> {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    await this.refresh();
  }

  /** Looks once more, after something came in from elsewhere. */
  async refresh(): Promise<void> {
    await Promise.all([this.panels.refresh(), this.runs.refresh(), this.adapters.refresh()]);
  }

  /** Heads read this language model from now on, and LoRA tunes it. A failure is in `modelChange`. */
  async useModel(choice: ModelChoice): Promise<void> {
    await this.modelChange.run('Changing the language model', () => this.connection.useModel(choice));
  }

  /** A device is chosen when the first run is prepared, and again after one was lost. */
  async findDevice(): Promise<void> {
    this.device = await this.connection.device().then(
      ({ report }) => report,
      () => null,
    );
  }
}
