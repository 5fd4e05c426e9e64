import { AppError } from '../platform/index.ts';
import {
  InstalledModels,
  type ModelRow,
  type StorageEstimateReport,
  WeightsDatabase,
  access,
  estimateStorage,
} from '../weights/index.ts';
import type { AdapterSummary } from './learningRows.ts';
import { careerSha256 } from './checksums.ts';
import type { LoadedCareer, SavedCareer, SavedCareerSummary } from './savedCareer.ts';
import { CareersDatabase } from './schema.ts';

/** What this origin keeps on the device. */
export interface StorageReport {
  weightBytes: number;
  careers: number;
  keepsDrafts: boolean;
  panels: { count: number; bytes: number };
  runs: number;
  adapters: { count: number; bytes: number };
  /** What was computed of panels, to be deleted when room is short. */
  hiddenStateBytes: number;
  /** The browser's own figures; null where it gives none. */
  estimate: StorageEstimateReport | null;
}

export type StoredModelSummary = Pick<ModelRow, 'id' | 'name' | 'dtype' | 'bytes' | 'licence'>;

/** Read-only view of what is stored, for the page. Rejects with `AppError('storage')`; never writes. */
export class StoredQueries {
  constructor(
    private readonly careers = new CareersDatabase(),
    private readonly weights = new WeightsDatabase(),
  ) {}

  /** Saved careers, newest first. */
  async listCareers(): Promise<SavedCareerSummary[]> {
    const stored = await access(this.careers, () =>
      this.careers.careers.orderBy('savedAt').reverse().toArray(),
    );
    return stored.map(({ id, name, savedAt, history }) => {
      // A row that the disk has damaged must not take the list with it.
      return { id, name, savedAt, observations: isCareer(history) ? history.observations.length : 0 };
    });
  }

  async loadCareer(id: string): Promise<LoadedCareer | null> {
    const career = await access(this.careers, () => this.careers.careers.get(id));
    if (!career) return null;
    if (!isCareer(career.history))
      throw new AppError('bad-input', `“${career.name}” is damaged on this device and cannot be read`, {
        id,
      });
    return { career, isAsSaved: !career.sha256 || career.sha256 === (await careerSha256(career)) };
  }

  /** The unsaved work that was kept because the person switched drafts on. */
  async loadDraft(): Promise<SavedCareer | null> {
    return (await access(this.careers, () => this.careers.drafts.get('draft'))) ?? null;
  }

  async keepsDrafts(): Promise<boolean> {
    return (await access(this.careers, () => this.careers.settings.get('keepsDrafts')))?.value ?? false;
  }

  /** Language models that the person stored beside the one that comes with the app, newest first. */
  async listModels(): Promise<StoredModelSummary[]> {
    const rows = await new InstalledModels(this.weights).list();
    return rows.map(({ id, name, dtype, bytes, licence }) => ({ id, name, dtype, bytes, licence }));
  }

  /** What was trained here or imported, newest first. */
  listAdapters(): Promise<AdapterSummary[]> {
    return access(this.careers, () => this.careers.adapters.orderBy('createdAt').reverse().toArray());
  }

  async report(): Promise<StorageReport> {
    const files = await access(this.weights, () => this.weights.files.toArray());
    const panels = await access(this.careers, () => this.careers.panels.toArray());
    const adapters = await access(this.careers, () => this.careers.adapters.toArray());
    return {
      weightBytes: bytesOf(files),
      panels: { count: panels.length, bytes: bytesOf(panels) },
      runs: await access(this.careers, () => this.careers.runs.count()),
      adapters: { count: adapters.length, bytes: bytesOf(adapters) },
      hiddenStateBytes: await this.#hiddenStateBytes(),
      careers: await access(this.careers, () => this.careers.careers.count()),
      keepsDrafts: await this.keepsDrafts(),
      estimate: await estimateStorage(),
    };
  }

  /** Lets go of the connections. */
  close(): void {
    this.careers.close();
    this.weights.close();
  }

  /** Row by row: together they may be large. */
  async #hiddenStateBytes(): Promise<number> {
    let bytes = 0;
    await access(this.weights, () =>
      this.weights.hiddenStates.each(({ data }) => {
        bytes += data.byteLength;
      }),
    );
    return bytes;
  }
}

function isCareer(history: unknown): history is SavedCareer['history'] {
  return (
    typeof history === 'object' &&
    history !== null &&
    'observations' in history &&
    Array.isArray(history.observations)
  );
}

function bytesOf(rows: readonly { bytes: number }[]): number {
  return rows.reduce((sum, { bytes }) => sum + bytes, 0);
}
