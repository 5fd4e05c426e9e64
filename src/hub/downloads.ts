import { AppError, type ReportProgress } from '../platform/index.ts';
import {
  ArrivingFiles,
  type DownloadRow,
  type FilesOnTheirWay,
  HeldFiles,
  type HeldModel,
  type ModelRow,
  type WeightsDatabase,
} from '../weights/index.ts';
import { type HubModel, hubModel } from './hubListing.ts';
import { parseHubName } from './hubName.ts';
import { downloadModel } from './modelDownload.ts';
import type { Dtype } from './modelLayout.ts';
import { type Patience, type Wait, patience as defaultPatience, patiently } from './patience.ts';
import { askToPersist, requireRoom } from './roomCheck.ts';
import { inUse, whileAlone } from './whileAlone.ts';

export interface DownloadsOptions {
  /** Origin of the hub, without a slash at its end. */
  hub: string;
  /** Requests at once for one file. */
  lanes?: number;
  patience?: Partial<Patience>;
  shardBytes?: number;
}

export interface HoldOptions {
  onProgress?: ReportProgress;
  /** The download waits before its next attempt; null when it goes on. */
  onWait?: (wait: Wait | null) => void;
}

export interface RunOptions extends HoldOptions {
  /** Starts although the browser's estimate says that there is too little room. */
  isForced?: boolean;
}

/** Where a download leads: the store of this device, or, as a last resort, the memory of this tab. */
export type Destination = 'store' | 'memory';

/**
 * Downloads of models from one hub. Each ends as a model in the store or in memory, or stops in a way that can be taken
 * up again, here or, as far as the store has it, in a later visit. Of one model only one download runs at a time, in
 * all tabs together: a second one rejects with `in-use`.
 */
export class Downloads {
  readonly hub: string;
  readonly #arriving: ArrivingFiles;
  readonly #lanes: number;
  readonly #patience: Patience;
  readonly #running = new Map<string, AbortController>();
  /** What is on its way into memory, by the download's id. */
  readonly #held = new Map<string, HeldFiles>();

  constructor(database: WeightsDatabase, { hub, lanes = 4, patience = {}, shardBytes }: DownloadsOptions) {
    this.hub = hub;
    this.#arriving = new ArrivingFiles(database, shardBytes);
    this.#lanes = lanes;
    this.#patience = { ...defaultPatience, ...patience };
  }

  /**
   * What a model is and which forms of it there are, with exact sizes and hashes: nothing of it is downloaded. `name`:
   * `owner/name`, with `@revision` if you like. Throws `AppError`: `bad-input`, `download-failed`, `aborted`.
   */
  async inspect(name: string, signal?: AbortSignal): Promise<HubModel> {
    const asked = parseHubName(name);
    const { silenceMs } = this.#patience;
    // Somebody waits for this answer: less patience than with a download.
    const patience = { ...this.#patience, attempts: 3 };
    return patiently(() => hubModel(this.hub, asked, { signal, silenceMs }), { patience, signal });
  }

  /** Downloads that the store knows to be begun and not finished, the oldest first. */
  async unfinished(): Promise<DownloadRow[]> {
    return this.#arriving.listDownloads();
  }

  /** Bytes of a download that are stored, or here in memory. */
  async storedBytes(row: DownloadRow): Promise<number> {
    const files = this.#held.get(row.id) ?? this.#arriving;
    return Math.min(row.bytes, await files.storedBytes(row.files));
  }

  /**
   * The row that a download of this form begins with; `resume` runs it into the store, `hold` into memory. Throws
   * `AppError`, where it is to be stored: `storage`, `quota`.
   */
  async begin(model: HubModel, dtype: Dtype, destination: Destination = 'store'): Promise<DownloadRow> {
    const row = downloadRow(model, dtype);
    const files = destination === 'store' ? this.#arriving : this.#inMemory(row.id);
    const known = await files.download(row.id);
    if (known) return known;
    await files.putDownload(row);
    return row;
  }

  /**
   * Runs a download to its end. Throws `AppError`: `aborted` when paused, `in-use`, `download-failed` with a fault,
   * `quota`, `storage`; what is here stays, and `resume` goes on from there.
   */
  async resume(id: string, { isForced = false, ...options }: RunOptions = {}): Promise<ModelRow> {
    return this.#run(id, this.#arriving, options, async (row) => {
      askToPersist();
      if (!isForced) await requireRoom(row.bytes - (await this.#arriving.storedBytes(row.files)));
    });
  }

  /**
   * Runs a download to its end in this tab's memory: what the store has of it is read from there, the rest is fetched, and
   * the store stays as it is. Throws as `resume` does, and `out-of-memory`; what is here stays, and `hold` goes on
   * from there.
   */
  async hold(id: string, options: HoldOptions = {}): Promise<HeldModel> {
    const files = this.#inMemory(id);
    await this.#run(id, files, options);
    this.#held.delete(id);
    return files.model;
  }

  async #run(
    id: string,
    files: FilesOnTheirWay,
    { onProgress = () => undefined, onWait }: HoldOptions,
    makeRoom?: (row: DownloadRow) => Promise<void>,
  ): Promise<ModelRow> {
    if (this.#running.has(id)) throw inUse();
    const controller = new AbortController();
    this.#running.set(id, controller);
    try {
      return await whileAlone(id, async () => {
        const row = await files.download(id);
        if (!row) throw new AppError('bad-input', 'This download is no longer there');
        await makeRoom?.(row);
        const { signal } = controller;
        const { hub } = this;
        const settings = { hub, lanes: this.#lanes, patience: this.#patience };
        return downloadModel(row, files, { ...settings, signal, onWait, onProgress });
      });
    } finally {
      this.#running.delete(id);
    }
  }

  /** Stops a download where it is; its `resume` or `hold` rejects with `aborted`. */
  pause(id: string): void {
    this.#running.get(id)?.abort(new Error('paused'));
  }

  /** Deletes an unfinished download and all of its bytes, stored or in memory. `in-use` while another tab runs it. */
  async cancel(id: string): Promise<void> {
    this.pause(id);
    while (this.#running.has(id)) await new Promise((resolve) => setTimeout(resolve, 20));
    this.#held.delete(id);
    await whileAlone(id, async () => {
      const row = await this.#arriving.download(id);
      if (row) await this.#arriving.cancel(row);
    });
  }

  #inMemory(id: string): HeldFiles {
    const files = this.#held.get(id) ?? new HeldFiles(this.#arriving);
    this.#held.set(id, files);
    return files;
  }
}

function downloadRow(model: HubModel, dtype: Dtype): DownloadRow {
  const variant = model.variants.find((entry) => entry.dtype === dtype);
  if (!variant) throw new AppError('bad-input', `${model.repository} has no ${dtype}`);
  const files = variant.files.map(({ path, bytes, sha256, gitSha1 }) => ({ path, bytes, sha256, gitSha1 }));
  return {
    id: `${model.repository}@${model.commit}/${dtype}`,
    name: model.repository,
    revision: model.commit,
    dtype,
    licence: model.licence,
    source: 'hub',
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    files,
    startedAt: Date.now(),
  };
}
