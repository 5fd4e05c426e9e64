import Papa from 'papaparse';
import { importLimits } from '../limits.ts';
import type { ProblemList } from '../problem.ts';

/** Rows of cells as they stand in the file. Row i of `rows` is row i + 1 of a spreadsheet. */
export interface DelimitedTable {
  rows: readonly (readonly string[])[];
  delimiter: string;
}

/** How much of a file the guess of its separator reads. */
const guessedCharacters = 64 * 2 ** 10;

/** A cell with a leading `=`, `+`, `-` or `@` that is no number: a spreadsheet would run it. */
const formula = /^'*(?![-+]?\d+(?:[.,]\d+)*$)[=+\-@\t\r]/;

/** Cuts comma-, semicolon- or tab-separated text into rows. Null, with a problem, where it holds none. */
export function parseDelimited(text: string, problems: ProblemList): DelimitedTable | null {
  const hint = /^sep=([,;\t])\r?\n/.exec(text.slice(0, 10));
  const delimiter = hint?.[1] ?? guessDelimiter(text);
  const { data, errors } = Papa.parse<string[]>(text, { delimiter, preview: importLimits.rows + 1 });
  // A spreadsheet's hint is a row of the file, but no data.
  if (hint) data[0] = [''];
  for (const error of errors) {
    if (error.type !== 'Quotes') continue;
    problems.add({
      severity: 'warning',
      row: (error.row ?? 0) + 1,
      message: 'A quotation mark is opened and not closed, or closed in the middle of a cell.',
      advice: 'Put cells that hold quotation marks in quotation marks, and double those inside.',
    });
  }
  if (data.length > importLimits.rows) {
    problems.add({
      severity: 'error',
      message: `The table has more than ${importLimits.rows.toLocaleString('en-US')} rows.`,
      advice: 'Split it into smaller files.',
    });
    return null;
  }
  const widest = data.reduce((most, row) => Math.max(most, row.length), 0);
  if (widest > importLimits.columns) {
    problems.add({
      severity: 'error',
      message: `The table has ${widest} columns; ${importLimits.columns} are allowed.`,
      advice: 'Leave out columns that are not needed.',
    });
    return null;
  }
  if (data.every(isEmptyRow)) {
    problems.add({ severity: 'error', message: 'The file is empty.', advice: 'Choose another file.' });
    return null;
  }
  return { rows: data, delimiter };
}

/**
 * The separator that cuts most of the first rows into equally many cells, two or more; of equally good ones the
 * one that gives more cells. (PapaParse's own guess gives up on two columns with a final line break.)
 */
function guessDelimiter(text: string): string {
  let best = { delimiter: ',', share: 0, width: 1 };
  for (const delimiter of [',', ';', '\t']) {
    const { data } = Papa.parse<string[]>(text.slice(0, guessedCharacters), {
      delimiter,
      preview: 30,
      skipEmptyLines: 'greedy',
    });
    const counts = new Map<number, number>();
    for (const { length } of data) if (length > 1) counts.set(length, (counts.get(length) ?? 0) + 1);
    for (const [width, rows] of counts) {
      const share = rows / data.length;
      if (share > best.share || (share === best.share && width > best.width))
        best = { delimiter, share, width };
    }
  }
  return best.delimiter;
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
