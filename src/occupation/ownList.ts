import {
  decodeSource,
  importLimits,
  isEmptyRow,
  normaliseTitle,
  parseDelimited,
  ProblemList,
  quoted,
  type Problem,
} from '../career/index.ts';
import type { Occupation, OccupationList } from './model.ts';

/** Most occupations of one list: every prediction gives each of them a probability. */
export const maxOccupations = 5_000;

export interface OwnListResult {
  /** Null where fewer than two sound rows were found. */
  list: OccupationList | null;
  problems: readonly Problem[];
  unlistedProblems: number;
}

const headerNames = {
  code: new Set(['code', 'occupation_code', 'occupation code', 'id']),
  title: new Set(['title', 'occupation_title', 'occupation title', 'occupation', 'name', 'job title']),
};

/**
 * A person's own occupation list from a table `code,title` (with or without header; columns in any order where
 * there is one). Rows with an empty, repeated or overlong code or title are left out and told. Never throws.
 */
export function readOccupationList(file: { name: string; content: Uint8Array | string }): OwnListResult {
  const problems = new ProblemList(file.name);
  const text = decodeSource(file.content, problems);
  const table = text === null ? null : parseDelimited(text, problems);
  const occupations = table ? readRows(table.rows, problems) : [];
  if (table && occupations.length < 2) {
    problems.add({
      severity: 'error',
      message: 'The list has fewer than two usable occupations.',
      advice: 'Give one row per occupation: its code and its title.',
    });
  }
  return {
    list: occupations.length < 2 ? null : { name: normaliseTitle(file.name) || 'own list', occupations },
    problems: problems.listed,
    unlistedProblems: problems.unlisted,
  };
}

function readRows(rows: readonly (readonly string[])[], problems: ProblemList): Occupation[] {
  const top = rows.findIndex((row) => !isEmptyRow(row));
  const names = rows[top].map((cell) => cell.trim().toLowerCase());
  const codeColumn = names.findIndex((name) => headerNames.code.has(name));
  const titleColumn = names.findIndex((name) => headerNames.title.has(name));
  const hasHeader = codeColumn >= 0 && titleColumn >= 0;
  const reader = new RowReader(hasHeader ? codeColumn : 0, hasHeader ? titleColumn : 1, problems);
  for (let i = hasHeader ? top + 1 : top; i < rows.length; i++) {
    if (!isEmptyRow(rows[i])) reader.add(rows[i], i + 1);
  }
  return reader.occupations;
}

/** Takes sound rows, tells the others. */
class RowReader {
  readonly occupations: Occupation[] = [];
  readonly #rowOfCode = new Map<string, number>();
  readonly #rowOfTitle = new Map<string, number>();

  constructor(
    private readonly codeColumn: number,
    private readonly titleColumn: number,
    private readonly problems: ProblemList,
  ) {}

  add(cells: readonly string[], row: number): void {
    const code = this.#cell(cells, this.codeColumn, 'code', row, this.#rowOfCode);
    const title = this.#cell(cells, this.titleColumn, 'title', row, this.#rowOfTitle);
    if (code === null || title === null) return;
    if (this.occupations.length === maxOccupations) {
      this.problems.addOnce('too many', {
        severity: 'error',
        row,
        message: `The list has more than ${maxOccupations} occupations; the rest is left out.`,
        advice: 'Use a coarser list.',
      });
      return;
    }
    this.#rowOfCode.set(code, row);
    this.#rowOfTitle.set(title, row);
    this.occupations.push({ code, title });
  }

  #cell(
    cells: readonly string[],
    index: number,
    column: string,
    row: number,
    rows: ReadonlyMap<string, number>,
  ): string | null {
    const text = cells[index] ?? '';
    const value = normaliseTitle(text.slice(0, importLimits.titleLength + 1));
    const taken = rows.get(value);
    const found: readonly [message: string, advice: string] | null =
      value === ''
        ? [`The ${column} is missing.`, 'Give every row a code and a title.']
        : text.length > importLimits.titleLength
          ? [
              `The ${column} ${quoted(text)} is longer than ${importLimits.titleLength} characters.`,
              'Shorten it.',
            ]
          : taken !== undefined
            ? [
                `The ${column} ${quoted(value)} is in row ${taken} already.`,
                `Give each occupation a ${column} of its own.`,
              ]
            : null;
    if (!found) return value;
    const [message, advice] = found;
    this.problems.add({ severity: 'error', row, column, message, advice });
    return null;
  }
}
