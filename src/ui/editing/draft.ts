import {
  normaliseTitle,
  parseHourlyWage,
  parsePartialDate,
  yearlyObservations,
  type CareerHistory,
  type Observation,
  type PartialDate,
  type Spell,
} from '../../career/index.ts';
import type { NextStep } from '../../occupation/index.ts';

/** One row of the editor: a title held from one year to another, as typed. */
export interface DraftRow {
  id: number;
  from: string;
  /** Last year of the row; empty: the first year only. */
  to: string;
  /** Empty: unknown. */
  education: string;
  title: string;
  /** Null: the title is not in the list and is read as text. */
  code: string | null;
  region?: string;
  /** Dollars an hour, as typed; empty: not told. */
  pay: string;
  extra?: Readonly<Record<string, string>>;
}

/** What an edit of one row changes. */
export type RowChange = Partial<Omit<DraftRow, 'id'>>;

/** Optional facts, as typed; empty: not given. */
export interface DraftFacts {
  sex: string;
  raceEthnicity: string;
  region: string;
  birthYear: string;
}

/** The step to predict, as typed. Empty year: the year after the last row; empty education: as in the last row. */
export interface DraftNext {
  year: string;
  education: string;
}

/** A career while it is being typed. */
export interface Draft {
  personId: string;
  population: string;
  rows: readonly DraftRow[];
  facts: DraftFacts;
  next: DraftNext;
}

export type DraftField = 'from' | 'to' | 'title' | 'pay' | 'birthYear' | 'nextYear';

/** Something about a draft that a person should know; `isBlocking`: no prediction until it is fixed. */
export interface DraftProblem {
  rowId: number | null;
  field: DraftField;
  message: string;
  isBlocking: boolean;
}

export interface ReadDraft {
  history: CareerHistory;
  next: NextStep;
  problems: readonly DraftProblem[];
}

/** The year of this release. A device whose clock was reset to 1970 must not have every career in the future. */
const releaseYear = 2026;

/** The year of today, where `present` ends. */
export function currentYear(): number {
  return Math.max(new Date().getFullYear(), releaseYear);
}

/** The date that was typed (`2019`, `Mar 2019`, `present`), or null. */
function date(text: string, thisYear: number): PartialDate | null {
  const parsed = parsePartialDate(text);
  return parsed === 'present' ? { year: thisYear } : parsed;
}

/** Rows without any title and year are still being typed and say nothing. */
function isEmpty(row: DraftRow): boolean {
  return row.from.trim() === '' && row.to.trim() === '' && row.title.trim() === '';
}

/**
 * What the draft says so far: one observation per year, sorted, and every problem at once. Rows with a blocking
 * problem are left out. Where rows share a year, the one that covers more of it counts, else the one that starts
 * later (the template knows one main job a year). `thisYear` is the year of today: `present` ends there, and a
 * career without rows is asked about it.
 */
export function readDraft(draft: Draft, thisYear: number): ReadDraft {
  const problems: DraftProblem[] = [];
  const rows = draft.rows.filter((row) => !isEmpty(row)).flatMap((row) => readRow(row, thisYear, problems));
  noteSharedYears(rows, problems);
  const observations = yearlyObservations(
    rows.map(({ spell }) => spell),
    thisYear,
  );
  const next = readNext(draft.next, observations.at(-1), thisYear, problems);
  return { history: { ...readFacts(draft, observations, thisYear, problems), observations }, next, problems };
}

interface ReadRow {
  id: number;
  spell: Spell & { end: PartialDate };
}

function readRow(row: DraftRow, thisYear: number, problems: DraftProblem[]): ReadRow[] {
  const block = (field: DraftField, message: string): void => {
    problems.push({ rowId: row.id, field, message, isBlocking: true });
  };
  const start = date(row.from, thisYear);
  const end = row.to.trim() === '' ? start && { year: start.year } : date(row.to, thisYear);
  const title = normaliseTitle(row.title);
  const isBackwards = start !== null && end !== null && order(end, 12) < order(start, 1);
  if (start === null) block('from', 'Write the first year with four digits, 1900 to 2100.');
  if (end === null && row.to.trim() !== '')
    block('to', 'Write the last year with four digits, or leave it empty.');
  if (isBackwards) block('to', 'The last year is before the first.');
  // Still being typed: no mistake, only not counted yet.
  if (title === '') {
    const message = 'Not counted until it has a title.';
    problems.push({ rowId: row.id, field: 'title', message, isBlocking: false });
  }
  const pay = row.pay.trim();
  const hourlyWage = pay === '' ? null : parseHourlyWage(pay);
  if (pay !== '' && hourlyWage === null) {
    const message = 'Pay not counted: write dollars an hour, such as 18.50, or leave it empty.';
    problems.push({ rowId: row.id, field: 'pay', message, isBlocking: false });
  }
  if (start === null || end === null || isBackwards || title === '') return [];
  return [{ id: row.id, spell: { start, end, facts: facts(row, title, hourlyWage) } }];
}

function order(at: PartialDate, month: number): number {
  return 12 * at.year + (at.month ?? month);
}

function facts(row: DraftRow, title: string, hourlyWage: number | null): Spell['facts'] {
  return {
    education: row.education === '' ? null : row.education,
    occupationCode: row.code,
    title,
    ...(row.region === undefined ? {} : { region: row.region }),
    ...(hourlyWage === null ? {} : { hourlyWage }),
    ...(row.extra === undefined ? {} : { extra: row.extra }),
  };
}

/** Two rows in one year are allowed; the person is told which one counts. */
function noteSharedYears(rows: readonly ReadRow[], problems: DraftProblem[]): void {
  const sorted = rows.toSorted((a, b) => order(a.spell.start, 1) - order(b.spell.start, 1));
  sorted.slice(1).forEach((row, i) => {
    const before = sorted[i]?.spell.end.year ?? 0;
    const shared = row.spell.start.year;
    if (before < shared) return;
    const message = `${shared} is in another row too. Each year counts once: the longer job of that year, or else this one.`;
    problems.push({ rowId: row.id, field: 'from', message, isBlocking: false });
  });
}

function readNext(
  typed: DraftNext,
  last: Observation | undefined,
  thisYear: number,
  problems: DraftProblem[],
): NextStep {
  const typedYear = date(typed.year, thisYear)?.year ?? null;
  const problem = (message: string): void => {
    problems.push({ rowId: null, field: 'nextYear', message, isBlocking: true });
  };
  if (typedYear === null && typed.year.trim() !== '')
    problem('Write the year with four digits, or leave it empty.');
  if (typedYear !== null && last && typedYear <= last.year) problem(`The next step is after ${last.year}.`);
  const education = typed.education === '' ? (last?.education ?? null) : typed.education;
  return { year: typedYear ?? (last ? last.year + 1 : thisYear), education };
}

function readFacts(
  draft: Draft,
  observations: readonly Observation[],
  thisYear: number,
  problems: DraftProblem[],
): Omit<CareerHistory, 'observations'> {
  const { sex, raceEthnicity, region } = draft.facts;
  const birthYear = date(draft.facts.birthYear, thisYear)?.year ?? null;
  const problem = (message: string): void => {
    problems.push({ rowId: null, field: 'birthYear', message, isBlocking: true });
  };
  const first = observations[0];
  if (birthYear === null && draft.facts.birthYear.trim() !== '') problem('Write the year with four digits.');
  if (birthYear !== null && first && birthYear >= first.year) problem(`The career starts in ${first.year}.`);
  return {
    personId: draft.personId,
    population: draft.population,
    ...(sex === '' ? {} : { sex }),
    ...(raceEthnicity === '' ? {} : { raceEthnicity }),
    ...(region === '' ? {} : { region }),
    ...(birthYear === null ? {} : { birthYear }),
  };
}
