import type { CareerHistory } from '../../../career/index.ts';
import type { LearningConnection, PanelRequest, PanelSummary } from '../../../worker/index.ts';
import { requestPersistence, shortPatience } from '../persistence.ts';
import { Attempt } from './attempt.svelte.ts';

/** The panels that are here, and the one that everything below it on the page is about. */
export class Panels {
  list = $state.raw<readonly PanelSummary[]>([]);
  readonly attempt = new Attempt();
  #chosenId = $state<string | null>(null);
  readonly chosen = $derived(this.list.find(({ id }) => id === this.#chosenId) ?? null);

  constructor(private readonly connection: LearningConnection) {}

  async refresh(): Promise<void> {
    const list = await this.attempt.run('Looking for stored people', () => this.connection.listPanels());
    if (!list) return;
    this.list = list;
    if (!this.chosen) this.#chosenId = list[0]?.id ?? null;
  }

  choose(id: string): void {
    this.#chosenId = id;
  }

  /** Takes a panel in for this visit and chooses it. Throws what the worker throws. */
  async add(
    request: PanelRequest,
    onProgress: (done: number, total: number) => void,
    signal: AbortSignal,
  ): Promise<PanelSummary> {
    const panel = await this.connection.addPanel(request, onProgress, signal);
    this.list = [panel, ...this.list.filter(({ id }) => id !== panel.id)];
    this.#chosenId = panel.id;
    return panel;
  }

  /** Stores a panel because the person asked for it. */
  async store(id: string): Promise<void> {
    const stored = await this.attempt.run('Storing', () => this.connection.storePanel(id));
    if (!stored) return;
    this.list = this.list.map((panel) => (panel.id === id ? stored : panel));
    const isSafe = await requestPersistence(shortPatience);
    this.attempt.message = `“${stored.name}” is stored on this device. ${
      isSafe ? 'The browser promised not to clear it.' : 'The browser may clear it when the disk runs full.'
    }`;
  }

  /** The people whom no model of the panel learns from; null, with the attempt's error, where they cannot be read. */
  heldOut(id: string): Promise<CareerHistory[] | null> {
    return this.attempt.run('Reading people', () => this.connection.readPanel(id, 'test'));
  }

  async rename(id: string, name: string): Promise<void> {
    const isDone = await this.attempt.run('Renaming', async () => {
      await this.connection.renamePanel(id, name);
      return true;
    });
    if (isDone) this.list = this.list.map((panel) => (panel.id === id ? { ...panel, name } : panel));
  }

  async remove({ id, name }: PanelSummary): Promise<void> {
    const isDone = await this.attempt.run('Deleting', async () => {
      await this.connection.deletePanel(id);
      return true;
    });
    if (!isDone) return;
    this.list = this.list.filter((panel) => panel.id !== id);
    if (!this.chosen) this.#chosenId = this.list[0]?.id ?? null;
    this.attempt.message = `“${name}” is deleted, with everything that was computed of it.`;
  }
}
