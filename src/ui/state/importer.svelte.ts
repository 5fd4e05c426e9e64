import {
  importCareers,
  unpacked,
  type CareerHistory,
  type ColumnMapping,
  type ImportResult,
} from '../../career/index.ts';
import type { OccupationList } from '../../occupation/index.ts';

/** A file or a pasted table on its way to the editor: what it turned out to hold, and what the person said about it. */
export class Importer {
  name = $state('');
  result = $state.raw<ImportResult | null>(null);
  isReading = $state(false);
  /** Position of the person on screen, among the careers that were read. */
  position = $state(0);
  #content: Uint8Array | string = '';

  get careers(): readonly CareerHistory[] {
    return this.result?.careers ?? [];
  }

  /** Many people: the page asks which one, and which column means what. */
  get isPanel(): boolean {
    return this.result?.format === 'panel' || this.careers.length > 1;
  }

  async readFile(file: File, list: OccupationList, presentYear: number): Promise<void> {
    this.isReading = true;
    this.name = file.name;
    try {
      this.#content = await unpacked(new Uint8Array(await file.arrayBuffer()));
      this.#read(list, presentYear);
    } finally {
      this.isReading = false;
    }
  }

  readText(text: string, list: OccupationList, presentYear: number): void {
    this.name = 'pasted table';
    this.#content = text;
    this.#read(list, presentYear);
  }

  /** Reads the same content again under another meaning of its columns. */
  remap(mapping: ColumnMapping, list: OccupationList, presentYear: number): void {
    this.#read(list, presentYear, mapping);
  }

  close(): void {
    this.result = null;
    this.#content = '';
  }

  #read(list: OccupationList, presentYear: number, mapping?: ColumnMapping): void {
    const content = this.#content;
    this.position = 0;
    this.result = importCareers(
      { name: this.name, content },
      { presentYear, occupations: list.occupations, ...(mapping === undefined ? {} : { mapping }) },
    );
  }
}
