import { AppError, type ReportProgress } from '../platform/index.ts';
import { ArrivingFiles, type DownloadRow, type ModelRow, type WeightsDatabase } from '../weights/index.ts';
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

export interface RunOptions {
  onProgress?: ReportProgress;
  /** The download waits before its next attempt; null when it goes on. */
  onWait?: (wait: Wait | null) => void;
  /** Starts although the browser's estimate says that there is too little room. */
  isForced?: boolean;
}

/**
 * Downloads of models from one hub. Each ends as a stored model, or stops in a way that can be taken up again, here
 * or in a later visit. Of one model only one download runs at a time, in all tabs together: a second one rejects
 * with `in-use`.
 */
export class Downloads {
  readonly hub: string;
  readonly #arriving: ArrivingFiles;
  readonly #lanes: number;
  readonly #patience: Patience;
  readonly #running = new Map<string, AbortController>();

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

  /** Downloads that were begun and are not finished, the oldest first. */
  async unfinished(): Promise<DownloadRow[]> {
    return this.#arriving.listDownloads();
  }

  /** Bytes of a download that are stored. */
  async storedBytes(row: DownloadRow): Promise<number> {
    return Math.min(row.bytes, await this.#arriving.storedBytes(row.files));
  }

  /** The row that a download of this form begins with; `resume` runs it. Throws `AppError`: `storage`, `quota`. */
  async begin(model: HubModel, dtype: Dtype): Promise<DownloadRow> {
    const row = downloadRow(model, dtype);
    const known = await this.#arriving.download(row.id);
    if (known) return known;
    await this.#arriving.putDownload(row);
    return row;
  }

  /**
   * Runs a download to its end. Throws `AppError`: `aborted` when paused, `in-use`, `download-failed` with a fault,
   * `quota`, `storage`; what is here stays, and `resume` goes on from there.
   */
  async resume(id: string, { onProgress, onWait, isForced = false }: RunOptions = {}): Promise<ModelRow> {
    if (this.#running.has(id)) throw inUse();
    const controller = new AbortController();
    this.#running.set(id, controller);
    try {
      return await whileAlone(id, async () => {
        const row = await this.#arriving.download(id);
        if (!row) throw new AppError('bad-input', 'This download is no longer there');
        askToPersist();
        if (!isForced) await requireRoom(row.bytes - (await this.storedBytes(row)));
        return downloadModel(row, this.#arriving, {
          hub: this.hub,
          lanes: this.#lanes,
          patience: this.#patience,
          signal: controller.signal,
          onWait,
          onProgress: onProgress ?? (() => undefined),
        });
      });
    } finally {
      this.#running.delete(id);
    }
  }

  /** Stops a download where it is; its `resume` rejects with `aborted`. */
  pause(id: string): void {
    this.#running.get(id)?.abort(new Error('paused'));
  }

  /** Deletes an unfinished download and all of its bytes. `in-use` while another tab runs it. */
  async cancel(id: string): Promise<void> {
    this.pause(id);
    while (this.#running.has(id)) await new Promise((resolve) => setTimeout(resolve, 20));
    await whileAlone(id, async () => {
      const row = await this.#arriving.download(id);
      if (row) await this.#arriving.cancel(row);
    });
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
