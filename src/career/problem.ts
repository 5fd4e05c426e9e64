/** Something that a person should know about their file, and what to do about it. */
export interface Problem {
  /** An error leaves its row (or file) out; a warning says what was assumed instead. */
  severity: 'error' | 'warning';
  file?: string;
  /** Row of the file as a spreadsheet counts it: 1 is the first row, header included. */
  row?: number;
  /** Column by its header, by its number where there is no header, or by its JSON path. */
  column?: string;
  /** What is wrong, in plain words. */
  message: string;
  /** What to do. */
  advice: string;
}

/** Where a reader tells what it found. */
export interface ProblemSink {
  add(problem: Omit<Problem, 'file'>): void;
  /** For a problem that concerns a value rather than a row: repetitions of `key` need not be shown again. */
  addOnce(key: string, problem: Omit<Problem, 'file'>): void;
}

/** Problems listed one by one; a file of a million broken rows is told with a count. */
export const listedProblems = 500;

/** Collects all problems of one file: the first `listedProblems` in full, errors and warnings counted beyond. */
export class ProblemList implements ProblemSink {
  readonly listed: Problem[] = [];
  errors = 0;
  warnings = 0;
  readonly #seen = new Set<string>();

  constructor(readonly file?: string) {}

  add(problem: Omit<Problem, 'file'>): void {
    if (problem.severity === 'error') this.errors += 1;
    else this.warnings += 1;
    if (this.listed.length >= listedProblems) return;
    this.listed.push(this.file === undefined ? problem : { ...problem, file: this.file });
  }

  /** Adds a problem that concerns a value rather than a row: told at its first row only. */
  addOnce(key: string, problem: Omit<Problem, 'file'>): void {
    if (this.#seen.has(key)) return;
    // Beyond the listed ones, repetitions are counted rather than remembered.
    if (this.#seen.size < listedProblems) this.#seen.add(key);
    this.add(problem);
  }

  /** Puts the listed ones in the order of the file; what concerns no row comes first. */
  sortByRow(): void {
    this.listed.sort((a, b) => (a.row ?? 0) - (b.row ?? 0));
  }

  /** Problems beyond the listed ones. */
  get unlisted(): number {
    return this.errors + this.warnings - this.listed.length;
  }
}

/** At most 60 characters of what the person wrote, on one line, in quotation marks that occur nowhere inside. */
export function quoted(value: string): string {
  const line = value
    .slice(0, 200)
    .replace(/[\p{Cc}\p{Z}]+/gu, ' ')
    .replace(/[“”]/g, '"')
    .trim();
  return `“${line.length > 60 ? `${line.slice(0, 59)}…` : line}”`;
}
