import { educationLevel } from '../education.ts';
import { parseHourlyWage } from '../hourlyWage.ts';
import { importLimits } from '../limits.ts';
import { parsePartialDate, type PartialDate } from '../partialDate.ts';
import { quoted, type ProblemSink } from '../problem.ts';
import { normaliseTitle } from '../titleText.ts';
import { educationLevels } from '../vocabulary.ts';
import type { CareerField, ColumnMapping } from './columnMapping.ts';
import { unescapeFormula } from './delimitedTable.ts';
import type { TitleMatcher } from './titleMatcher.ts';

/** How the columns of one table are read. */
export interface TableColumns {
  mapping: ColumnMapping;
  /** One name per column, unique; see `columnNames`. */
  names: readonly string[];
  /** Columns that no field uses. */
  extra: readonly number[];
}

/** One row of a table, read field by field. What cannot be read is told and comes back as undefined. */
export class TableRow {
  constructor(
    private readonly cells: readonly string[],
    readonly row: number,
    private readonly columns: TableColumns,
    private readonly problems: ProblemSink,
  ) {}

  /**
   * The trimmed cell of a field; empty where the table has no such column, the row is short, or the cell is too
   * long, which is told. (A title's length is checked with the career.)
   */
  cell(field: CareerField): string {
    const cell = this.cells[this.columns.mapping[field] ?? -1] ?? '';
    const text = unescapeFormula(cell.slice(0, importLimits.cellLength)).trim();
    if (field === 'title' || text.length <= importLimits.titleLength) return text;
    this.#leftOut(this.name(field), importLimits.titleLength);
    return '';
  }

  year(): number | undefined {
    const text = this.cell('year');
    const date = parsePartialDate(text);
    if (date && date !== 'present') return date.year;
    this.error(
      'year',
      text ? `${quoted(text)} is not a year.` : 'The year is missing.',
      'Give a calendar year such as 2019.',
    );
    return undefined;
  }

  start(): PartialDate | undefined {
    const text = this.cell('start');
    const date = parsePartialDate(text);
    if (date && date !== 'present') return date;
    const message = text ? `${quoted(text)} is not a date.` : 'The start is missing.';
    this.error('start', message, 'Give a year or a month such as 2019 or 2019-03.');
    return undefined;
  }

  /** Null where the cell is empty: the job has no stated end. */
  end(): PartialDate | 'present' | null | undefined {
    const text = this.cell('end');
    if (text === '') return null;
    const date = parsePartialDate(text);
    if (date) return date;
    this.error(
      'end',
      `${quoted(text)} is not a date.`,
      'Give a year, a month such as 2019-03, or “present”.',
    );
    return undefined;
  }

  /** A level of the template, else the person's own words, told once. */
  education(): string | null {
    const text = normaliseTitle(this.cell('education'));
    if (text === '') return null;
    const level = educationLevel(text);
    if (level) return level;
    this.problems.addOnce(`education ${text}`, {
      severity: 'warning',
      row: this.row,
      column: this.name('education'),
      message: `${quoted(text)} is no education level that the model learned; it is passed on as written.`,
      advice: `Use one of: ${educationLevels.join(', ')}.`,
    });
    return text;
  }

  /** Dollars; what is no pay of an hour is told once for its text. */
  hourlyWage(): number | undefined {
    const text = this.cell('hourlyWage');
    if (text === '') return undefined;
    const wage = parseHourlyWage(text);
    if (wage !== null) return wage;
    this.problems.addOnce(`hourlyWage ${text}`, {
      severity: 'warning',
      row: this.row,
      column: this.name('hourlyWage'),
      message: `${quoted(text)} is no pay of an hour from 0 to ${importLimits.hourlyWage} dollars; it was left out.`,
      advice: 'Give dollars an hour such as 14.50, or leave the column out.',
    });
    return undefined;
  }

  /** Title and code that agree with the occupation list, where there is one. */
  occupation(titles: TitleMatcher | undefined): { occupationCode: string | null; title: string } | undefined {
    const code = normaliseTitle(this.cell('code'));
    const title = normaliseTitle(this.cell('title'));
    if (!titles && (code || title)) return { occupationCode: code || null, title: title || code };
    const byCode = code ? titles?.entry(code) : null;
    const byTitle = title ? titles?.match(title) : null;
    if (byCode && (!title || byTitle === byCode)) return { occupationCode: byCode.code, title: byCode.title };
    if (!title) {
      const message = code
        ? `The code ${quoted(code)} is not in the occupation list.`
        : 'The job title is missing.';
      this.error(code ? 'code' : 'title', message, 'Give a title, “Not working” or “In school”.');
      return undefined;
    }
    if (byCode) {
      this.problems.addOnce(`code ${code} ${title}`, {
        severity: 'warning',
        row: this.row,
        column: this.name('code'),
        message: `The code ${quoted(code)} means ${quoted(byCode.title)} in the occupation list, not ${quoted(title)}; the title counts.`,
        advice: 'Check that the codes are of the list in use, or leave the code column out.',
      });
    }
    return byTitle ? { occupationCode: byTitle.code, title: byTitle.title } : { occupationCode: null, title };
  }

  /** Filled cells of columns without a field. */
  extra(): Readonly<Record<string, string>> | undefined {
    const entries: [string, string][] = [];
    for (const column of this.columns.extra) {
      const cell = this.cells[column];
      if (!cell) continue;
      if (cell.length <= importLimits.cellLength)
        entries.push([this.columns.names[column], unescapeFormula(cell)]);
      else this.#leftOut(this.columns.names[column], importLimits.cellLength);
    }
    // Defines own properties, so that a column `__proto__` is a column like any other.
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  }

  error(field: CareerField, message: string, advice: string): void {
    this.problems.add({ severity: 'error', row: this.row, column: this.name(field), message, advice });
  }

  name(field: CareerField): string {
    return this.columns.names[this.columns.mapping[field] ?? -1] ?? field;
  }

  #leftOut(column: string, limit: number): void {
    this.problems.add({
      severity: 'warning',
      row: this.row,
      column,
      message: `A cell of more than ${limit} characters was left out.`,
      advice: 'Shorten it if it matters.',
    });
  }
}

/** A unique name per column: its header, `column 3` where that is empty, `notes (2)` where it is repeated. */
export function columnNames(header: readonly string[] | null, width: number): string[] {
  const used = new Set<string>();
  return Array.from({ length: width }, (_, i) => {
    const name =
      normaliseTitle(unescapeFormula((header?.[i] ?? '').slice(0, importLimits.titleLength))) ||
      `column ${i + 1}`;
    let unique = name;
    for (let copy = 2; used.has(unique); copy++) unique = `${name} (${copy})`;
    used.add(unique);
    return unique;
  });
}
