import {
  isSameList,
  occ1990dd,
  readOccupationList,
  type OccupationList,
  type OwnListResult,
} from '../../occupation/index.ts';
import { recalled, remember } from './memory.ts';

const key = 'onward-list-of-model';

/** Which outcomes the answer covers: the bundled list, that of a model, or the person's own. */
export class ListChoice {
  list = $state.raw<OccupationList>(occ1990dd);
  /** What reading the last file found; null: none was read since another list was chosen. */
  result = $state.raw<OwnListResult | null>(null);
  fileName = $state('');
  /** Id of the model whose list was chosen last, on this visit or an earlier one; the list itself comes with its answer. */
  #ofModel = $state<string | null>(recalled(key));
  readonly isOwn = $derived(this.list !== occ1990dd);

  get ofModel(): string | null {
    return this.#ofModel;
  }

  /** Takes the file's list into use; where it holds none, the list in use stays, and `result` says why. */
  async readFile(file: File): Promise<void> {
    const content = new Uint8Array(await file.arrayBuffer());
    this.fileName = file.name;
    this.result = readOccupationList({ name: file.name, content });
    if (!this.result.list) return;
    this.#follow(null);
    this.list = this.result.list;
  }

  useDefault(): void {
    this.#follow(null);
    this.list = occ1990dd;
    this.result = null;
  }

  /** Now and on later visits. */
  useListOf(model: string, list: OccupationList): void {
    if (isSameList(list, occ1990dd)) {
      this.useDefault();
      return;
    }
    this.#follow(model);
    this.list = list;
    this.result = null;
  }

  #follow(model: string | null): void {
    this.#ofModel = model;
    remember(key, model);
  }
}
