import Papa from 'papaparse';
import { importLimits } from '../limits.ts';
import type { ProblemSink } from '../problem.ts';
import { guessDialect, RowCutter } from './rowCutter.ts';

/** Rows of cells as they stand in the file. Row i of `rows` is row i + 1 of a spreadsheet. */
export interface DelimitedTable {
  rows: readonly (readonly string[])[];
  delimiter: string;
}

/** A cell that a spreadsheet would run, by its first character (its wide forms, too, and what is cut off before one); no number. */
const formula = /^'*(?![-+]?\d+(?:[.,]\d+)*(?:[eE][-+]?\d+)?$)[=+\-@\t\r\n＝＋－＠]/;

/** Cuts comma-, semicolon- or tab-separated text into rows. Null, with a problem, where it holds none. */
export function parseDelimited(text: string, problems: ProblemSink): DelimitedTable | null {
  const dialect = guessDialect(text);
  const rows = new RowCutter(dialect, problems).cut(text, true);
  if (rows.length > importLimits.rows) {
    problems.add({
      severity: 'error',
      message: `The table has more than ${importLimits.rows.toLocaleString('en-US')} rows.`,
      advice: 'Split it into smaller files.',
    });
    return null;
  }
  if (!isTable(rows, problems)) return null;
  return { rows, delimiter: dialect.delimiter };
}

/** Whether these rows can be read: not too wide, not all empty. Tells why not. */
export function isTable(rows: readonly (readonly string[])[], problems: ProblemSink): boolean {
  const widest = rows.reduce((most, row) => Math.max(most, row.length), 0);
  if (widest > importLimits.columns) {
    problems.add({
      severity: 'error',
      message: `The table has ${widest} columns; ${importLimits.columns} are allowed.`,
      advice: 'Leave out columns that are not needed.',
    });
    return false;
  }
  if (rows.every(isEmptyRow)) {
    problems.add({ severity: 'error', message: 'The file is empty.', advice: 'Choose another file.' });
    return false;
  }
  return true;
}

export function isEmptyRow(row: readonly string[]): boolean {
  return row.every((cell) => cell.trim() === '');
}

/** Rows as CSV (RFC 4180). A cell that a spreadsheet would run as a formula gets a leading apostrophe. */
export function formatDelimited(rows: readonly (readonly string[])[]): string {
  const escaped = rows.map((row) => row.map((cell) => (formula.test(cell) ? `'${cell}` : cell)));
  return Papa.unparse(escaped, { newline: '\r\n' }) + '\r\n';
}

/** Takes the apostrophe away again that `formatDelimited` put before a formula. */
export function unescapeFormula(cell: string): string {
  return cell.startsWith("'") && formula.test(cell.slice(1)) ? cell.slice(1) : cell;
}
