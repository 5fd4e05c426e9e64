import type { HeldModel } from '../../../weights/index.ts';
import { HeldAnnouncer } from '../held/heldAnnouncer.ts';
import { sharedModel } from '../held/sharedModel.ts';

/** Models in this tab's memory, and the tab's word of them to the page with careers. */
export class HeldModels {
  list = $state.raw<readonly HeldModel[]>([]);
  #announcer: HeldAnnouncer | null = null;

  /** Whether this browser lets one tab hand a model to another. */
  static get isPossible(): boolean {
    return typeof BroadcastChannel !== 'undefined';
  }

  /** In place of an earlier one of the same id. Throws `AppError('out-of-memory')`. */
  async add(model: HeldModel): Promise<void> {
    const shared = await sharedModel(model);
    this.#become([shared, ...this.#others(model.row.id)]);
  }

  /** Here its memory is free then; a page that uses it goes on until it is reloaded. */
  letGo(id: string): void {
    this.#become(this.#others(id));
  }

  /** The tab is being left: what it holds goes with it. */
  sayGoodbye(): void {
    this.#announcer?.announce([]);
  }

  /** The browser brought the tab back as it was. */
  comeBack(): void {
    if (this.list.length > 0) this.#announcer?.announce(this.list);
  }

  #others(id: string): HeldModel[] {
    return this.list.filter(({ row }) => row.id !== id);
  }

  #become(models: readonly HeldModel[]): void {
    this.list = models;
    this.#announcer ??= new HeldAnnouncer();
    this.#announcer.announce(models);
  }
}
