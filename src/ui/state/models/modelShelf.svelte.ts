import {
  BlobTarget,
  type DiskModel,
  type Downloads,
  type Dtype,
  type GivenFile,
  type HubModel,
  type ModelSource,
  exportModel,
  exportName,
  heldSource,
  holdFromDisk,
  importModel,
  inspectDisk,
} from '../../../hub/index.ts';
import type {
  HeldModel,
  InstalledModels,
  ModelCheck,
  ModelRow,
  WeightsDatabase,
} from '../../../weights/index.ts';
import { Attempt } from '../learn/attempt.svelte.ts';
import { HeldModels } from './heldModels.svelte.ts';
import { ModelDownload } from './modelDownload.svelte.ts';

/** Everything that the models page shows and does. */
export class ModelShelf {
  stored = $state.raw<readonly ModelRow[]>([]);
  unfinished = $state.raw<readonly ModelDownload[]>([]);
  chosen = $state.raw<HubModel | null>(null);
  onDisk = $state.raw<DiskModel | null>(null);
  /** What the last check of a model found, by its id. */
  checks = $state.raw<Readonly<Record<string, ModelCheck>>>({});
  readonly held = new HeldModels();
  readonly choosing = new Attempt();
  readonly reading = new Attempt();
  readonly keeping = new Attempt();

  constructor(
    readonly downloads: Downloads,
    private readonly installed: InstalledModels,
    private readonly database: WeightsDatabase,
  ) {}

  async refresh(): Promise<void> {
    await this.keeping.run('Looking at what is stored', async () => {
      this.stored = await this.installed.list();
      // What this page is reading from disk right now has its own bar.
      const isReading = this.reading.busy !== null;
      const rows = (await this.downloads.unfinished()).filter(({ source }) => !isReading || source === 'hub');
      const known = this.unfinished;
      const onlyHere = known.filter(
        ({ id, destination }) => destination === 'memory' && !rows.some((row) => row.id === id),
      );
      const unfinished = [
        ...rows.map((row) => known.find(({ id }) => id === row.id) ?? new ModelDownload(this.downloads, row)),
        ...onlyHere,
      ];
      for (const download of unfinished) if (!download.isRunning) await download.findStored();
      this.unfinished = unfinished;
    });
  }

  /** Asks the hub about a model; nothing of it is downloaded. */
  async choose(name: string): Promise<boolean> {
    this.chosen = null;
    const asking = (signal: AbortSignal) => this.downloads.inspect(name, signal);
    this.chosen = await this.choosing.run(`Asking the hub about ${name.trim()}`, asking);
    return this.chosen !== null;
  }

  leave(): void {
    this.choosing.cancel();
    this.chosen = null;
  }

  isStored(id: string): boolean {
    return this.stored.some((model) => model.id === id);
  }

  /** Begins the download of one form of the chosen model; it goes on beside whatever else the page does. */
  async download(dtype: Dtype, isForced: boolean): Promise<void> {
    const { chosen } = this;
    if (!chosen) return;
    const row = await this.choosing.run('Beginning', () => this.downloads.begin(chosen, dtype));
    if (!row) return;
    this.chosen = null;
    await this.refresh();
    const begun = this.unfinished.find(({ id }) => id === row.id);
    if (begun && !begun.isRunning) void this.resume(begun, isForced);
  }

  /** The same into this tab's memory, for want of room in the store: nothing of it is written. */
  async downloadIntoMemory(dtype: Dtype): Promise<void> {
    const { chosen } = this;
    if (!chosen) return;
    const row = await this.choosing.run('Beginning', () => this.downloads.begin(chosen, dtype, 'memory'));
    if (!row) return;
    this.chosen = null;
    const known = this.unfinished.find(({ id }) => id === row.id);
    const begun = known ?? new ModelDownload(this.downloads, row);
    if (!known) this.unfinished = [...this.unfinished, begun];
    if (!begun.isRunning) void this.hold(begun);
  }

  /** Goes on where it stopped, and leads where it led before. */
  async goOn(download: ModelDownload): Promise<void> {
    await (download.destination === 'memory' ? this.hold(download) : this.resume(download));
  }

  async resume(download: ModelDownload, isForced = false): Promise<void> {
    const isDone = await download.resume({ isForced });
    if (!isDone) return;
    await this.refresh();
    this.keeping.message = `${download.row.name} is stored on this device.`;
  }

  async hold(download: ModelDownload): Promise<void> {
    const model = await download.hold();
    if (!model) return;
    // What the store has of it can still become a stored model: then it is listed again, as stopped.
    this.#leaveOut(download);
    await this.refresh();
    await this.#keepInMemory(model, this.keeping);
  }

  letGo({ row }: HeldModel): void {
    this.held.letGo(row.id);
    this.keeping.message = `${row.name} is no longer in this tab’s memory.`;
  }

  async cancel(download: ModelDownload): Promise<void> {
    await this.keeping.run('Removing', () => this.downloads.cancel(download.id));
    if (download.destination === 'memory') this.#leaveOut(download);
    await this.refresh();
  }

  async check(model: ModelRow): Promise<void> {
    const { onProgress } = this.keeping;
    const found = await this.keeping.run(`Checking every byte of ${model.name}`, (signal) =>
      this.installed.check(model, { signal, onProgress: (done) => onProgress(done, model.bytes) }),
    );
    if (!found) return;
    this.checks = { ...this.checks, [model.id]: found };
    if (found.brokenFiles.length > 0) return;
    await this.refresh();
    this.keeping.message = `Every byte of ${model.name} is right.`;
  }

  /** Fetches what is broken of a model, and only that. */
  async mend(model: ModelRow): Promise<void> {
    const row = await this.keeping.run('Looking for what is broken', () => this.installed.reopen(model));
    if (!row) return;
    const { [model.id]: _, ...rest } = this.checks;
    this.checks = rest;
    await this.refresh();
    const begun = this.unfinished.find(({ id }) => id === row.id);
    if (begun) void this.resume(begun);
  }

  async remove(model: ModelRow): Promise<void> {
    const isGone = await this.keeping.run('Removing', async () => {
      await this.installed.remove(model.id);
      return true;
    });
    if (!isGone) return;
    await this.refresh();
    this.keeping.message = `${model.name} is no longer on this device.`;
  }

  /** Into `target`, or, where the browser lets no page write into a file, through `save`. */
  async export(
    chosen: ModelRow | HeldModel,
    target: WritableStream<Uint8Array> | null,
    save: (name: string, archive: Blob) => void,
  ): Promise<void> {
    const [model, source]: [ModelRow, ModelSource] =
      'row' in chosen ? [chosen.row, heldSource(chosen)] : [chosen, this.installed];
    const name = `${exportName(model)}.zip`;
    const { onProgress } = this.keeping;
    const isDone = await this.keeping.run(`Writing ${name}`, async (signal) => {
      if (target) await exportModel(model, source, target, { signal, onProgress });
      else {
        const parts = new BlobTarget();
        await exportModel(model, source, parts.stream, { signal, onProgress });
        save(name, parts.blob);
      }
      return true;
    });
    if (isDone) this.keeping.message = `${name} is written.`;
  }

  async open(given: Promise<readonly GivenFile[]>): Promise<void> {
    this.onDisk = null;
    this.onDisk = await this.reading.run('Looking at the files', async () => inspectDisk(await given));
  }

  closeDisk(): void {
    this.reading.cancel();
    this.onDisk = null;
  }

  /** Stores one form of the model that was opened from disk. */
  async import(dtype: Dtype, isForced: boolean): Promise<void> {
    const { onDisk } = this;
    if (!onDisk) return;
    const { onProgress } = this.reading;
    const row = await this.reading.run(`Storing ${onDisk.name}`, (signal) =>
      importModel(onDisk, dtype, this.database, { signal, onProgress, isForced }),
    );
    if (!row) return;
    this.onDisk = null;
    await this.refresh();
    this.reading.message = `${row.name} is stored on this device.`;
  }

  /** Takes one form of the model that was opened from disk into this tab's memory. */
  async importIntoMemory(dtype: Dtype): Promise<void> {
    const { onDisk } = this;
    if (!onDisk) return;
    const { onProgress } = this.reading;
    const model = await this.reading.run(`Reading ${onDisk.name}`, (signal) =>
      holdFromDisk(onDisk, dtype, this.database, { signal, onProgress }),
    );
    if (!model) return;
    this.onDisk = null;
    await this.#keepInMemory(model, this.reading);
  }

  async #keepInMemory(model: HeldModel, attempt: Attempt): Promise<void> {
    const isHeld = await attempt.run('Handing it over', async () => {
      await this.held.add(model);
      return true;
    });
    if (isHeld) attempt.message = `${model.row.name} is in this tab’s memory.`;
  }

  #leaveOut(download: ModelDownload): void {
    this.unfinished = this.unfinished.filter((other) => other !== download);
  }
}
