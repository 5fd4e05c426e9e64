import type { AdapterSummary, LearningConnection } from '../../../worker/index.ts';
import { adapterFilesOf, adapterZip } from '../../learn/carry/adapterZip.ts';
import { saveFile } from '../../answer/saveFile.ts';
import { Attempt } from './attempt.svelte.ts';

/** What was trained here or came in a file. */
export class Adapters {
  list = $state.raw<readonly AdapterSummary[]>([]);
  readonly attempt = new Attempt();

  constructor(private readonly connection: LearningConnection) {}

  async refresh(): Promise<void> {
    const list = await this.attempt.run('Looking for models', () => this.connection.listAdapters());
    if (list) this.list = list;
  }

  /** Hands all files of a model to the browser's download, as one archive. */
  async save({ id, name }: AdapterSummary): Promise<void> {
    const files = await this.attempt.run('Packing', () => this.connection.exportAdapter(id));
    if (!files) return;
    const archive = `${fileName(name)}.zip`;
    saveFile(archive, new Blob([adapterZip(files)], { type: 'application/zip' }));
    this.attempt.message = `Saved ${archive}.`;
  }

  /** Takes the files of one model in: as they are, or in the archive that `save` writes. */
  async load(files: readonly File[]): Promise<void> {
    const [first] = files;
    if (!first) return;
    const adapter = await this.attempt.run('Reading the files', async () =>
      this.connection.importAdapter(first.name.replace(/\.[^.]*$/, ''), await adapterFilesOf(files)),
    );
    if (!adapter) return;
    this.list = [adapter, ...this.list];
    this.attempt.message = `“${adapter.name}” is here, and can be compared and predicted with.`;
  }

  async remove({ id, name }: AdapterSummary): Promise<void> {
    const isDone = await this.attempt.run('Deleting', async () => {
      await this.connection.deleteAdapter(id);
      return true;
    });
    if (!isDone) return;
    this.list = this.list.filter((adapter) => adapter.id !== id);
    this.attempt.message = `“${name}” is deleted.`;
  }

  /** A panel with its split, as a training job for a cluster. */
  saveForCluster(panel: { id: string; name: string }, baseModel: string): Promise<void> {
    return this.#saveCareers(panel.name, 'cluster', () =>
      this.connection.exportForCluster(panel.id, baseModel),
    );
  }

  /** A panel with its split, as the published code of CAREER reads it. */
  saveCareerFiles(panel: { id: string; name: string }): Promise<void> {
    return this.#saveCareers(panel.name, 'career', () => this.connection.exportCareerFiles(panel.id));
  }

  async #saveCareers(
    panel: string,
    ending: string,
    pack: () => Promise<Uint8Array<ArrayBuffer>>,
  ): Promise<void> {
    const bytes = await this.attempt.run('Writing the archive', pack);
    if (!bytes) return;
    const archive = `${fileName(panel)}-${ending}.zip`;
    saveFile(archive, new Blob([bytes], { type: 'application/zip' }));
    this.attempt.message = `Saved ${archive}. It holds the careers themselves: treat it as you treat the data.`;
  }
}

/** A name that every file system takes. */
function fileName(name: string): string {
  return name.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'model';
}
