import type { CareerHistory } from '../history.ts';
import { importLimits } from '../limits.ts';
import type { ProblemSink } from '../problem.ts';
import type { JobRule } from '../spells.ts';
import { normaliseTitle } from '../titleText.ts';
import { careerFields, type ColumnMapping } from './columnMapping.ts';
import { isEmptyRow, unescapeFormula } from './delimitedTable.ts';
import { PersonRows } from './personRows.ts';
import { columnNames, TableRow, type TableColumns } from './tableRow.ts';
import type { TitleMatcher } from './titleMatcher.ts';

export interface CareerTableOptions {
  /** Names of the columns; null where the file has none. */
  header: readonly string[] | null;
  /** How many columns the table has. */
  width: number;
  mapping: ColumnMapping;
  /** Population of careers whose table names none. */
  population: string;
  /** Identity of the person where the table holds one person only. */
  personId: string;
  /** Calendar year of today. */
  presentYear: number;
  /** How jobs with a start and an end become observations. */
  jobs: JobRule;
  /** Occupation list that titles and codes are matched to; without it both are kept as they are. */
  titles?: TitleMatcher;
}

/** A row as it stands in the file; `row` counts from 1, header included, as a spreadsheet does. */
export interface NumberedRow {
  row: number;
  cells: readonly string[];
}

/**
 * What the rows of one table mean, once it is known which column holds what. A row is a person-year (`year`) or a
 * job (`start`, `end`). Broken rows are left out and told; extra columns are kept.
 */
export class CareerTable {
  readonly #columns: TableColumns;

  constructor(
    private readonly options: CareerTableOptions,
    private readonly problems: ProblemSink,
  ) {
    const { header, width, mapping } = options;
    const used = new Set(careerFields.map((field) => mapping[field]));
    this.#columns = {
      mapping,
      names: columnNames(header, width),
      extra: Array.from({ length: width }, (_, i) => i).filter((i) => !used.has(i)),
    };
  }

  /** Identity of the person whose row it is; null for an empty row, and for one that belongs to nobody: `refuse` tells. */
  personOf(cells: readonly string[]): string | null {
    const { mapping, personId } = this.options;
    if (isEmptyRow(cells) || this.#isTooWide(cells)) return null;
    if (mapping.personId === undefined) return personId;
    const cell = (cells[mapping.personId] ?? '').slice(0, importLimits.titleLength + 1);
    const id = normaliseTitle(unescapeFormula(cell));
    return id.length > 0 && id.length <= importLimits.titleLength ? id : null;
  }

  /** Tells why a row, of which `personOf` is null, is left out. */
  refuse({ cells, row }: NumberedRow): void {
    if (isEmptyRow(cells)) return;
    const { header, width } = this.options;
    if (this.#isTooWide(cells)) {
      this.problems.add({
        severity: 'error',
        row,
        message: `The row has ${cells.length} cells, the ${header ? 'header has' : 'first rows have'} ${width}.`,
        advice: 'Put cells that hold the separator in quotation marks.',
      });
      return;
    }
    const unusable = this.#tableRow({ cells, row });
    // A cell that is too long is told when it is read, and read as empty.
    unusable.cell('personId');
    unusable.error('personId', 'The person is missing.', 'Give every row the identity of its person.');
  }

  /** The career of one person, from all their rows in the order of the file; may be without observations. */
  career(personId: string, rows: readonly NumberedRow[]): CareerHistory {
    const person = new PersonRows(personId, this.options, this.problems);
    for (const row of rows) person.add(this.#tableRow(row));
    return person.finish();
  }

  #isTooWide(cells: readonly string[]): boolean {
    const { width } = this.options;
    return cells.length > width && !isEmptyRow(cells.slice(width));
  }

  #tableRow({ cells, row }: NumberedRow): TableRow {
    return new TableRow(cells, row, this.#columns, this.problems);
  }
}

/** Careers of a table that is in memory; people keep the order of their first row. */
export function readCareerTable(
  rows: Iterable<NumberedRow>,
  options: CareerTableOptions,
  problems: ProblemSink,
): CareerHistory[] {
  if (!isComplete(options.mapping, problems)) return [];
  const table = new CareerTable(options, problems);
  const people = new Map<string, NumberedRow[]>();
  for (const row of rows) {
    const personId = table.personOf(row.cells);
    if (personId === null) {
      table.refuse(row);
      continue;
    }
    const person = people.get(personId);
    if (person) person.push(row);
    else people.set(personId, [row]);
  }
  return Array.from(people, ([personId, own]) => table.career(personId, own)).filter(
    ({ observations }) => observations.length > 0,
  );
}

/** Whether the columns are there without which there is no career. Tells which are missing. */
export function isComplete(mapping: ColumnMapping, problems: ProblemSink): boolean {
  const hasTime = mapping.year !== undefined || mapping.start !== undefined;
  const hasJob = mapping.title !== undefined || mapping.code !== undefined;
  if (!hasTime) {
    problems.add({
      severity: 'error',
      message: 'No column holds the year or the start of a job.',
      advice: 'Say which column it is, or add a column “year”.',
    });
  }
  if (!hasJob) {
    problems.add({
      severity: 'error',
      message: 'No column holds the job title.',
      advice: 'Say which column it is, or add a column “title”.',
    });
  }
  return hasTime && hasJob;
}
