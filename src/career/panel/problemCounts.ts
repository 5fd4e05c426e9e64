import type { Problem, ProblemSink } from '../problem.ts';

/** All problems of one kind in one column. */
export interface ProblemCount {
  severity: Problem['severity'];
  column?: string;
  /** What is wrong: the message, with … and N for what differs from row to row. */
  kind: string;
  advice: string;
  /** Rows (or cells) of the file that have it. */
  count: number;
  /** The first of them in full, with their rows; different values where the kind is about a value. */
  examples: readonly Problem[];
}

/** Examples shown of each kind. */
const shownExamples = 5;
/** More kinds than our own messages have; beyond them problems are counted as one. */
const mostKinds = 300;

/** Counts every problem of a file by kind, in memory that does not grow with the file. */
export class ProblemCounts implements ProblemSink {
  errors = 0;
  warnings = 0;
  readonly #counts = new Map<string, GrowingCount>();
  readonly #shownKeys = new Set<string>();

  constructor(readonly file?: string) {}

  add(problem: Omit<Problem, 'file'>): void {
    const count = this.#count(problem);
    if (count.examples.length >= shownExamples) return;
    count.examples.push(this.file === undefined ? problem : { ...problem, file: this.file });
  }

  addOnce(key: string, problem: Omit<Problem, 'file'>): void {
    if (this.#shownKeys.has(key)) {
      this.#count(problem);
      return;
    }
    if (this.#shownKeys.size < mostKinds * shownExamples) this.#shownKeys.add(key);
    this.add(problem);
  }

  /** Errors first, then the most frequent. */
  list(): ProblemCount[] {
    const rank = ({ severity, count }: ProblemCount): number =>
      severity === 'error' ? -count - Number.MAX_SAFE_INTEGER / 2 : -count;
    return [...this.#counts.values()].sort((a, b) => rank(a) - rank(b));
  }

  #count({ severity, column, message, advice }: Omit<Problem, 'file'>): GrowingCount {
    if (severity === 'error') this.errors += 1;
    else this.warnings += 1;
    const kind = kindOf(message);
    const known = this.#counts.get(keyOf(severity, column, kind));
    const count = known ?? this.#newCount(severity, column, kind, advice);
    count.count += 1;
    return count;
  }

  /** A count for a kind that is new; beyond `mostKinds` all of one severity share theirs. */
  #newCount(
    severity: Problem['severity'],
    column: string | undefined,
    kind: string,
    advice: string,
  ): GrowingCount {
    const isOne = this.#counts.size < mostKinds;
    const key = isOne ? keyOf(severity, column, kind) : severity;
    const count = this.#counts.get(key) ?? {
      severity,
      ...(isOne && column !== undefined && { column }),
      kind: isOne ? kind : 'Other problems.',
      advice: isOne ? advice : 'See the examples.',
      count: 0,
      examples: [],
    };
    this.#counts.set(key, count);
    return count;
  }
}

type GrowingCount = ProblemCount & { examples: Problem[] };

function keyOf(severity: string, column: string | undefined, kind: string): string {
  return `${severity} ${column ?? ''} ${kind}`;
}

/** A message without what it quotes and counts: `“soon” is not a year.` and `“later” is not a year.` are one kind. */
function kindOf(message: string): string {
  return message.replace(/“[^”]*”/g, '“…”').replace(/(?<![\w-])\d[\d,]*/g, 'N');
}
