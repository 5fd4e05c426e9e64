import { AppError } from '../../platform/index.ts';
import type {
  DevicePreference,
  ModelProgress,
  ModelReport,
  OnwardConnection,
  WorkerStatus,
} from '../../worker/index.ts';
import { asAppError } from '../advice.ts';

/** The language model as the page sees it: how far it is, what runs, and what went wrong. */
export class Engine {
  readonly connection: OnwardConnection;
  progress = $state.raw<ModelProgress | null>(null);
  report = $state.raw<ModelReport | null>(null);
  status = $state.raw<WorkerStatus>({ phase: 'running' });
  error = $state.raw<AppError | null>(null);
  preference = $state<DevicePreference>('auto');

  constructor(connection: OnwardConnection) {
    this.connection = connection;
    connection.onStatus((status) => this.#onStatus(status));
  }

  get isReady(): boolean {
    return this.report !== null;
  }

  /** Loads the model, or replaces what runs by another device. A failure is in `error`. */
  async start(preference: DevicePreference = this.preference): Promise<void> {
    this.preference = preference;
    this.error = null;
    this.report = null;
    this.progress = null;
    try {
      this.report = await this.connection.start(preference, (progress) => (this.progress = progress));
    } catch (error) {
      this.error = asAppError(error);
    }
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
