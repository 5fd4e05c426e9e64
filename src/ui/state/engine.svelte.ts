import { AppError } from '../../platform/index.ts';
import type {
  DevicePreference,
  ModelChoice,
  ModelProgress,
  ModelReport,
  OnwardConnection,
  WorkerStatus,
} from '../../worker/index.ts';
import { asAppError } from '../advice.ts';
import type { LanguageModelChoice } from './modelChoice.svelte.ts';

/** The language model as the page sees it: how far it is, what runs, and what went wrong. */
export class Engine {
  readonly connection: OnwardConnection;
  progress = $state.raw<ModelProgress | null>(null);
  report = $state.raw<ModelReport | null>(null);
  status = $state.raw<WorkerStatus>({ phase: 'running' });
  error = $state.raw<AppError | null>(null);
  preference = $state<DevicePreference>('auto');
  #starts = 0;

  constructor(
    connection: OnwardConnection,
    readonly models: LanguageModelChoice,
  ) {
    this.connection = connection;
    connection.onStatus((status) => this.#onStatus(status));
  }

  get isReady(): boolean {
    return this.report !== null;
  }

  /** Loads the model, or replaces what runs by another device. A failure is in `error`; of two starts the later one counts. */
  async start(preference: DevicePreference = this.preference): Promise<void> {
    const start = ++this.#starts;
    this.preference = preference;
    this.error = null;
    this.report = null;
    this.progress = null;
    const onProgress = (progress: ModelProgress) => {
      if (start === this.#starts) this.progress = progress;
    };
    try {
      const report = await this.connection.start(preference, onProgress, undefined, this.models.chosen);
      if (start === this.#starts) this.report = report;
    } catch (error) {
      if (start === this.#starts) this.error = asAppError(error);
    }
  }

  /** Loads another language model in place of this one, now and on later visits. */
  async use(model: ModelChoice): Promise<void> {
    this.models.choose(model);
    await this.start();
  }

  /** Forgets what earlier visits found out about the devices here, and starts as on the first one. */
  async measureAgain(): Promise<void> {
    try {
      await this.connection.forgetMeasurements();
      await this.start();
    } catch (error) {
      this.error = asAppError(error);
    }
  }

  #onStatus(status: WorkerStatus): void {
    this.status = status;
    if (status.phase === 'reloading') this.progress = status.progress;
    if (status.phase === 'recovered' && status.report) {
      this.report = status.report;
      this.error = null;
    }
    if (status.phase === 'failed') this.error = new AppError(status.code, status.message);
  }
}
