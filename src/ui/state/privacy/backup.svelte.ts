import type { AppError } from '../../../platform/index.ts';
import type { BackupSummary, SameId } from '../../../storage/index.ts';
import type { OnwardWorker } from '../../../worker/index.ts';
import { asAppError } from '../../advice.ts';
import { saveFile } from '../../answer/saveFile.ts';
import { bytesInWords } from '../../model/modelWords.ts';
import { backupName } from './backupName.ts';

/** Everything that the person made as one file, on its way out or in. */
export class Backup {
  isBusy = $state(false);
  error = $state.raw<AppError | null>(null);
  message = $state('');
  /** A file that was chosen, and what is in it, before anything of it is brought in. */
  opened = $state.raw<{ file: File; summary: BackupSummary } | null>(null);

  /** `onImported` reads again what is on the page. */
  constructor(
    private readonly worker: OnwardWorker,
    private readonly onImported: () => Promise<void>,
  ) {}

  async export(): Promise<void> {
    await this.#attempt(async () => {
      const archive = await this.worker.exportEverything();
      saveFile(backupName(), archive);
      return `Saved as a file of ${bytesInWords(archive.size)}. Anyone who has it can read it.`;
    });
  }

  async open(file: File): Promise<void> {
    this.opened = null;
    await this.#attempt(async () => {
      this.opened = { file, summary: await this.worker.inspectBackup(file) };
      return '';
    });
  }

  async import(sameId: SameId): Promise<void> {
    const { opened } = this;
    if (!opened) return;
    await this.#attempt(async () => {
      await this.worker.importBackup(opened.file, sameId);
      this.opened = null;
      await this.onImported();
      return 'Brought in. Nothing that was here has changed.';
    });
  }

  close(): void {
    this.opened = null;
  }

  async #attempt(work: () => Promise<string>): Promise<void> {
    this.isBusy = true;
    this.error = null;
    this.message = '';
    try {
      this.message = await work();
    } catch (error) {
      this.error = asAppError(error);
    } finally {
      this.isBusy = false;
    }
  }
}
