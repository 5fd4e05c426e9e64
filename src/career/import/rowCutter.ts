import Papa from 'papaparse';
import { importLimits } from '../limits.ts';
import type { ProblemSink } from '../problem.ts';

/** How a table is written: what parts its cells and its rows. */
export interface TableDialect {
  delimiter: string;
  newline: '\n' | '\r' | '\r\n';
  /** Whether the first row is a spreadsheet's `sep=;`: a row of the file, but no data. */
  hasHint: boolean;
}

/** How much of a file the guess of its dialect reads, in characters. */
export const guessedCharacters = 64 * 2 ** 10;

/** The dialect of a table by its beginning. */
export function guessDialect(beginning: string): TableDialect {
  const text = beginning.slice(0, guessedCharacters);
  const hint = /^sep=([,;\t])\r?\n/.exec(text)?.[1];
  const delimiter = hint ?? guessDelimiter(text);
  const { linebreak } = Papa.parse<string[]>(text, { delimiter, preview: 1 }).meta;
  const newline = linebreak === '\r' || linebreak === '\r\n' ? linebreak : '\n';
  return { delimiter, newline, hasHint: hint !== undefined };
}

/**
 * The separator that cuts most of the first rows into equally many cells, two or more; of equally good ones the
 * one that gives more cells. (PapaParse's own guess gives up on two columns with a final line break.)
 */
function guessDelimiter(text: string): string {
  let best = { delimiter: ',', share: 0, width: 1 };
  for (const delimiter of [',', ';', '\t']) {
    const { data } = Papa.parse<string[]>(text, { delimiter, preview: 30, skipEmptyLines: 'greedy' });
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

/**
 * Cuts text that comes in pieces into rows of cells. However the pieces fall, the rows are the same; a row that
 * is not complete yet waits for the next piece. PapaParse streams from files and addresses only, so its parser is
 * called here as its own streamer calls it: told to leave the last row, it says how far it got.
 */
export class RowCutter {
  readonly #parser: Papa.Parser;
  #pending = '';
  #rows = 0;

  constructor(
    private readonly dialect: TableDialect,
    private readonly problems: ProblemSink,
  ) {
    const { delimiter, newline } = dialect;
    this.#parser = new Papa.Parser({ delimiter, newline });
  }

  /**
   * The rows that `text` completes. The i-th row that the cutter gives is row i of the file, so that a row which
   * had to be left out comes as an empty one.
   */
  cut(text: string, isLast = false): string[][] {
    const rows = this.#cutPending(this.#pending + text, isLast);
    // An unclosed quotation mark makes the rest of the file one row: give its line up and go on after it.
    while (!isLast && this.#pending.length > importLimits.rowLength) {
      this.problems.add({
        severity: 'error',
        row: this.#rows + 1,
        message: 'A row is longer than a million characters; probably a quotation mark is not closed.',
        advice: 'Put cells that hold quotation marks in quotation marks, and double those inside.',
      });
      const lineEnd = this.#pending.indexOf(this.dialect.newline);
      const rest = lineEnd < 0 ? '' : this.#pending.slice(lineEnd + this.dialect.newline.length);
      this.#rows += 1;
      rows.push(['']);
      rows.push(...this.#cutPending(rest, false));
    }
    return rows;
  }

  #cutPending(text: string, isLast: boolean): string[][] {
    const { data, errors, meta } = this.#parser.parse(text, 0, !isLast) as Papa.ParseResult<string[]>;
    this.#pending = text.slice(isLast ? text.length : meta.cursor);
    // A row that waits for its end is judged when it has one.
    const misquoted = errors.filter(({ type, row = 0 }) => type === 'Quotes' && row < data.length);
    for (const row of new Set(misquoted.map(({ row = 0 }) => row))) {
      this.problems.add({
        severity: 'warning',
        row: this.#rows + row + 1,
        message: 'A quotation mark is opened and not closed, or closed in the middle of a cell.',
        advice: 'Put cells that hold quotation marks in quotation marks, and double those inside.',
      });
    }
    if (this.#rows === 0 && data.length > 0 && this.dialect.hasHint) data[0] = [''];
    this.#rows += data.length;
    return data;
  }
}
