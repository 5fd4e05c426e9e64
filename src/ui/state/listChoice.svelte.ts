import {
  occ1990dd,
  readOccupationList,
  type OccupationList,
  type OwnListResult,
} from '../../occupation/index.ts';

/** Which outcomes the answer covers: the bundled list, or the person's own. */
export class ListChoice {
  list = $state.raw<OccupationList>(occ1990dd);
  /** What reading the last file found; null: none was read since the default list was chosen. */
  result = $state.raw<OwnListResult | null>(null);
  fileName = $state('');
  readonly isOwn = $derived(this.list !== occ1990dd);

  /** Takes the file's list into use; where it holds none, the list in use stays, and `result` says why. */
  async readFile(file: File): Promise<void> {
    const content = new Uint8Array(await file.arrayBuffer());
    this.fileName = file.name;
    this.result = readOccupationList({ name: file.name, content });
    if (this.result.list) this.list = this.result.list;
  }

  useDefault(): void {
    this.list = occ1990dd;
    this.result = null;
  }
}
