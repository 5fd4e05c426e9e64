import type Dexie from 'dexie';
import { AppError } from '../platform/index.ts';
import {
  HiddenStatesStore,
  InstalledModels,
  type MeasurementRow,
  WeightStore,
  WeightsDatabase,
  access,
} from '../weights/index.ts';
import { CareerStore } from './careers.ts';
import { AdapterStore } from './adapters.ts';
import { BackupStore } from './backup/backupStore.ts';
import { DeletionNews, everything } from './deletion.ts';
import { PanelStore } from './panels.ts';
import { RunStore } from './runs.ts';
import { CareersDatabase } from './schema.ts';

/** A deletion waits for other tabs to let go; they do so as soon as they are awake. */
const DELETE_LIMIT_MS = 10_000;

export type Measurement = Omit<MeasurementRow, 'key'>;

/** Everything that the app writes, behind one door. */
export class Store {
  readonly weights: WeightStore;
  /** Language models that the person stored beside the one that comes with the app. */
  readonly models: InstalledModels;
  readonly careers: CareerStore;
  readonly panels: PanelStore;
  readonly runs: RunStore;
  readonly adapters: AdapterStore;
  readonly hiddenStates: HiddenStatesStore;
  readonly #deletion = new DeletionNews();
  readonly backup: BackupStore;

  constructor(
    private readonly weightsDatabase = new WeightsDatabase(),
    private readonly careersDatabase = new CareersDatabase(),
    shardBytes?: number,
  ) {
    this.weights = new WeightStore(weightsDatabase, shardBytes);
    this.models = new InstalledModels(weightsDatabase);
    this.careers = new CareerStore(careersDatabase);
    this.panels = new PanelStore(careersDatabase);
    this.runs = new RunStore(careersDatabase, this.#deletion);
    this.adapters = new AdapterStore(careersDatabase);
    this.backup = new BackupStore(careersDatabase);
    this.hiddenStates = new HiddenStatesStore(weightsDatabase);
  }

  /** Remembers a model's manifest (call when all of its files are kept), or other JSON that came with one. */
  async keepManifest(address: string, manifest: unknown): Promise<void> {
    const row = { address, manifest, savedAt: Date.now() };
    await access(this.weightsDatabase, () => this.weightsDatabase.manifests.put(row));
  }

  /** The manifest that was kept last for this address, unchecked; null where there is none. */
  async keptManifest(address: string): Promise<unknown> {
    const row = await access(this.weightsDatabase, () => this.weightsDatabase.manifests.get(address));
    return row?.manifest ?? null;
  }

  /** Remembers one measurement about a device; the same key replaces. */
  async keepMeasurement(key: string, outcome: string): Promise<void> {
    const row = { key, outcome, measuredAt: Date.now() };
    await access(this.weightsDatabase, () => this.weightsDatabase.measurements.put(row));
  }

  async measurement(key: string): Promise<Measurement | null> {
    const row = await access(this.weightsDatabase, () => this.weightsDatabase.measurements.get(key));
    return row ? { outcome: row.outcome, measuredAt: row.measuredAt } : null;
  }

  async forgetMeasurements(): Promise<void> {
    await access(this.weightsDatabase, () => this.weightsDatabase.measurements.clear());
  }

  /** Writes what the person made. On a full disk, first deletes what can be computed again, and tries once more. */
  async withRoom<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      const isFull = error instanceof AppError && error.code === 'quota';
      if (!isFull || !(await this.hiddenStates.deleteAll())) throw error;
      return write();
    }
  }

  /**
   * Deletes careers, draft, settings, panels, runs, adapters, weights and measurements; the careers first. Throws `AppError('storage')` where another
   * tab does not let go; it is deleted then as soon as that tab closes.
   */
  async deleteEverything(): Promise<void> {
    this.#deletion.tell(everything);
    await deleted(this.careersDatabase);
    await deleted(this.weightsDatabase);
  }

  close(): void {
    this.weightsDatabase.close();
    this.careersDatabase.close();
    this.#deletion.close();
  }
}

async function deleted(database: Dexie): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    const blocked = new AppError(
      'storage',
      'Another tab of Onward is still open; close it to delete what is stored',
    );
    timer = setTimeout(() => reject(blocked), DELETE_LIMIT_MS);
  });
  try {
    await Promise.race([database.delete({ disableAutoOpen: false }), limit]);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('storage', 'The browser did not delete what is stored', {}, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
