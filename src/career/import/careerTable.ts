import type { CareerHistory } from '../history.ts';
import type { ProblemList } from '../problem.ts';
import { normaliseTitle } from '../titleText.ts';
import { careerFields, type ColumnMapping } from './columnMapping.ts';
import { isEmptyRow } from './delimitedTable.ts';
import { PersonRows } from './personRows.ts';
import { columnNames, TableRow, type TableColumns } from './tableRow.ts';
import type { TitleMatcher } from './titleMatcher.ts';

export interface CareerTableOptions {
  /** Names of the columns; null where the file has none. */
  header: readonly string[] | null;
  /** Index of the first row of data. */
  firstRow: number;
  mapping: ColumnMapping;
  /** Population of careers whose table names none. */
  population: string;
  /** Identity of the person where the table holds one person only. */
  personId: string;
  /** Calendar year of today. */
  presentYear: number;
  /** Occupation list that titles and codes are matched to; without it both are kept as they are. */
  titles?: TitleMatcher;
}

/**
 * Careers of a table whose columns are known. A row is a person-year (`year`) or a job (`start`, `end`). Broken
 * rows are left out and told; people keep the order of their first row; extra columns are kept.
 */
export function readCareerTable(
  rows: readonly (readonly string[])[],
  options: CareerTableOptions,
  problems: ProblemList,
): CareerHistory[] {
  const { header, firstRow, mapping } = options;
  if (!isComplete(mapping, problems)) return [];
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
  const used = new Set(careerFields.map((field) => mapping[field]));
  const columns: TableColumns = {
    mapping,
    names: columnNames(header, width),
    extra: Array.from({ length: width }, (_, i) => i).filter((i) => !used.has(i)),
  };

  const people = new Map<string, PersonRows>();
  for (let i = firstRow; i < rows.length; i++) {
    const cells = rows[i];
    if (isEmptyRow(cells)) continue;
    if (header && !isEmptyRow(cells.slice(header.length))) {
      problems.add({
        severity: 'error',
        row: i + 1,
        message: `The row has ${cells.length} cells, the header has ${header.length}.`,
        advice: 'Put cells that hold the separator in quotation marks.',
      });
      continue;
    }
    const row = new TableRow(cells, i + 1, columns, problems);
    const personId = personOf(row, options);
    if (personId === undefined) continue;
    let person = people.get(personId);
    if (!person) people.set(personId, (person = new PersonRows(personId, options, problems)));
    person.add(row);
  }
  return Array.from(people.values(), (person) => person.finish()).filter(
    (history) => history.observations.length > 0,
  );
}

function isComplete(mapping: ColumnMapping, problems: ProblemList): boolean {
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

function personOf(row: TableRow, options: CareerTableOptions): string | undefined {
  if (options.mapping.personId === undefined) return options.personId;
  const personId = normaliseTitle(row.cell('personId'));
  if (personId === '') {
    row.error('personId', 'The person is missing.', 'Give every row the identity of its person.');
  }
  return personId || undefined;
}
