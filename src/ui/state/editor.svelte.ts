import type { CareerHistory } from '../../career/index.ts';
import type { NextStep } from '../../occupation/index.ts';
import {
  currentYear,
  readDraft,
  type Draft,
  type DraftFacts,
  type DraftNext,
  type DraftRow,
  type RowChange,
} from '../editing/draft.ts';
import { draftOf } from '../editing/draftRows.ts';

/** Where the career on screen came from. */
export type CareerSource =
  | { kind: 'own' }
  | { kind: 'example'; id: string }
  | { kind: 'file'; name: string; personId: string }
  /** `savedAt` names the version that is on screen. */
  | { kind: 'saved'; id: string; name: string; savedAt: number };

interface Version {
  draft: Draft;
  source: CareerSource;
}

/** Steps that undo can go back. */
const undoDepth = 200;

/**
 * The career being edited. Drafts are never changed in place: an edit replaces the draft, so undo is a stack of
 * drafts. Edits that follow each other with the same `key` (typing in one field) are undone together.
 */
export class Editor {
  #now = $state.raw<Version>({ draft: emptyDraft, source: { kind: 'own' } });
  #past = $state.raw<readonly Version[]>([]);
  #future = $state.raw<readonly Version[]>([]);
  #lastKey: string | null = null;
  /** The draft as it lies in a file, an example or the storage. */
  #kept = $state.raw<Draft>(emptyDraft);
  #nextRowId = 1;

  readonly thisYear = currentYear();
  readonly read = $derived(readDraft(this.#now.draft, this.thisYear));
  readonly isBlocked = $derived(this.read.problems.some((problem) => problem.isBlocking));

  get draft(): Draft {
    return this.#now.draft;
  }

  get source(): CareerSource {
    return this.#now.source;
  }

  /** True where a reload would lose something that was typed. */
  get isUnsaved(): boolean {
    return this.draft !== this.#kept && this.draft.rows.some((row) => row.title.trim() !== '');
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** Replaces everything by a career from elsewhere. Undo brings the old one back. */
  open(history: CareerHistory, next: NextStep | null, source: CareerSource): void {
    const draft = draftOf(history, next);
    const rows = draft.rows.map((row) => ({ ...row, id: this.#nextRowId++ }));
    this.#replace({ draft: { ...draft, rows }, source }, null);
    this.#kept = this.draft;
  }

  /** An empty career of one's own. */
  startOver(): void {
    const rows = [this.#newRow(undefined)];
    this.#replace({ draft: { ...emptyDraft, rows }, source: { kind: 'own' } }, null);
  }

  /** Says where the career is kept now, without an undo step. */
  setSource(source: CareerSource): void {
    this.#now = { ...this.#now, source };
    this.#kept = this.draft;
  }

  /** Adds a row that carries on from the last one; returns its id. */
  addRow(): number {
    const row = this.#newRow(this.draft.rows.at(-1));
    this.#edit({ rows: [...this.draft.rows, row] }, null);
    return row.id;
  }

  removeRow(id: number): void {
    this.#edit({ rows: this.draft.rows.filter((row) => row.id !== id) }, null);
  }

  /** Moves a row by `offset` places, as far as there are places. */
  moveRow(id: number, offset: -1 | 1): void {
    const from = this.draft.rows.findIndex((row) => row.id === id);
    const to = from + offset;
    if (from < 0 || to < 0 || to >= this.draft.rows.length) return;
    const rows = this.draft.rows.filter((row) => row.id !== id);
    const moved = this.draft.rows[from];
    if (moved) this.#edit({ rows: rows.toSpliced(to, 0, moved) }, null);
  }

  changeRow(id: number, change: RowChange): void {
    const rows = this.draft.rows.map((row) => (row.id === id ? { ...row, ...change } : row));
    this.#edit({ rows }, `row ${id} ${Object.keys(change).join()}`);
  }

  changeFacts(change: Partial<DraftFacts>): void {
    this.#edit({ facts: { ...this.draft.facts, ...change } }, `facts ${Object.keys(change).join()}`);
  }

  changeNext(change: Partial<DraftNext>): void {
    this.#edit({ next: { ...this.draft.next, ...change } }, `next ${Object.keys(change).join()}`);
  }

  undo(): void {
    const version = this.#past.at(-1);
    if (!version) return;
    this.#past = this.#past.slice(0, -1);
    this.#future = [...this.#future, this.#now];
    this.#now = version;
    this.#lastKey = null;
  }

  redo(): void {
    const version = this.#future.at(-1);
    if (!version) return;
    this.#future = this.#future.slice(0, -1);
    this.#past = [...this.#past, this.#now];
    this.#now = version;
    this.#lastKey = null;
  }

  /** An empty row that carries on from `last`. */
  #newRow(last: DraftRow | undefined): DraftRow {
    const lastYear = Number(last?.to === '' ? last.from : last?.to);
    const from = last && Number.isInteger(lastYear) && lastYear > 0 ? String(lastYear + 1) : '';
    const education = last?.education ?? '';
    return { id: this.#nextRowId++, from, to: '', education, title: '', code: null, pay: '' };
  }

  #edit(change: Partial<Draft>, key: string | null): void {
    // An edited example is the person's own; a saved or dropped career keeps its name.
    const source: CareerSource = this.source.kind === 'example' ? { kind: 'own' } : this.source;
    this.#replace({ draft: { ...this.draft, ...change }, source }, key);
  }

  #replace(version: Version, key: string | null): void {
    // The empty page before the first career is nothing to go back to.
    const isNew = key === null || key !== this.#lastKey;
    if (isNew && this.draft !== emptyDraft) this.#past = [...this.#past, this.#now].slice(-undoDepth);
    this.#future = [];
    this.#lastKey = key;
    this.#now = version;
  }
}

const emptyDraft: Draft = {
  personId: '1',
  population: 'NLSY97 dataset',
  rows: [],
  facts: { sex: '', raceEthnicity: '', region: '', birthYear: '' },
  next: { year: '', education: '' },
};
