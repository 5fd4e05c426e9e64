import type { CareerHistory } from '../history.ts';
import { CareerTable, type NumberedRow } from '../import/careerTable.ts';
import { careerTableOptions, type ImportOptions } from '../import/importCareers.ts';
import { decodeSource } from '../import/sourceText.ts';
import { TitleMatcher } from '../import/titleMatcher.ts';
import { ProblemList, type Problem, type ProblemSink } from '../problem.ts';
import {
  careerFileKinds,
  careerFileOf,
  careerSplits,
  unknownEntry,
  type CareerFileKind,
  type CareerSplit,
} from './careerFileSet.ts';

export interface CareerFilesResult {
  /** People of each split whose files could be read. */
  splits: Partial<Record<CareerSplit, CareerHistory[]>>;
  /** In each, `file` is the file's name and `row` its line. */
  problems: readonly Problem[];
  unlistedProblems: number;
}

/** The columns that a time step becomes, in this order; the reader of tables does the rest. */
const columns = ['person', 'gender', 'ethnicity', 'year', 'education', 'job', 'title', 'location'] as const;
const mapping = {
  ...{ personId: 0, sex: 1, raceEthnicity: 2, year: 3 },
  ...{ education: 4, code: 5, title: 6, region: 7 },
};

/** Entries that a line of a file may have, beside one per job. */
const onePerPerson = new Set<CareerFileKind>(['ethnicity', 'gender', 'location']);
const onePerStep = new Set<CareerFileKind>(['job', 'year', 'education', 'location']);

/**
 * Careers of CAREER's file set, by split. Files belong together line by line: where the number of lines differs
 * nothing of the split is read, where the number of entries differs the person is left out; both are told with file
 * and line. Years are needed. People are named by split and line (`train-1`). Never throws.
 */
export function readCareerFiles(
  files: readonly { name: string; content: Uint8Array | string }[],
  options: Omit<ImportOptions, 'mapping' | 'hasHeader' | 'personId' | 'jobs'>,
): CareerFilesResult {
  const told = new FileProblems();
  const lines = new Map<string, string[]>();
  for (const { name, content } of files) {
    const place = careerFileOf(name);
    const problems = told.of(name);
    const text = place ? decodeSource(content, problems) : null;
    if (place && text !== null) lines.set(`${place.split}.${place.kind}`, linesOf(text));
    if (!place) {
      problems.add({
        severity: 'warning',
        message: 'The file is none of CAREER’s; it was left out.',
        advice: `Name files like train.job; known endings are ${careerFileKinds.join(', ')}.`,
      });
    }
  }
  const splits: CareerFilesResult['splits'] = {};
  for (const split of careerSplits) {
    const people = readSplit(split, lines, options, told);
    if (people) splits[split] = people;
  }
  return { splits, problems: told.listed, unlistedProblems: told.unlisted };
}

function readSplit(
  split: CareerSplit,
  lines: ReadonlyMap<string, readonly string[]>,
  options: ImportOptions,
  told: FileProblems,
): CareerHistory[] | null {
  const kinds = careerFileKinds.filter((kind) => lines.has(`${split}.${kind}`));
  if (kinds.length === 0) return null;
  const linesOfKind = (kind: CareerFileKind): readonly string[] => lines.get(`${split}.${kind}`) ?? [];
  if (!isComplete(split, kinds, linesOfKind, told)) return null;

  const sink = told.ofSplit(split);
  const table = new CareerTable(
    careerTableOptions({ header: columns, width: columns.length, mapping }, options),
    sink,
  );
  const titles = options.occupations && new TitleMatcher(options.occupations);
  return linesOfKind('job').flatMap((_, i) => {
    const entries = new Map(kinds.map((kind) => [kind, linesOfKind(kind)[i].split(/\s+/).filter(Boolean)]));
    const rows = personSteps(`${split}-${i + 1}`, i + 1, entries, titles, sink);
    if (!rows) return [];
    const career = table.career(`${split}-${i + 1}`, rows);
    return career.observations.length > 0 ? [career] : [];
  });
}

/** Whether jobs and years are there, and all files have as many lines. */
function isComplete(
  split: CareerSplit,
  kinds: readonly CareerFileKind[],
  linesOfKind: (kind: CareerFileKind) => readonly string[],
  told: FileProblems,
): boolean {
  const missing = (['job', 'year'] as const).filter((kind) => !kinds.includes(kind));
  for (const kind of missing) {
    told.of(`${split}.${kind}`).add({
      severity: 'error',
      message: `The file is missing; nothing of the ${split} split was read.`,
      advice: 'Choose all files of a split together.',
    });
  }
  const people = linesOfKind('job').length;
  const unequal = kinds.filter((kind) => missing.length === 0 && linesOfKind(kind).length !== people);
  for (const kind of unequal) {
    const { length } = linesOfKind(kind);
    told.of(`${split}.${kind}`).add({
      severity: 'error',
      row: Math.min(length, people) + 1,
      message: `The file has ${length} lines, ${split}.job has ${people}; nothing of the split was read.`,
      advice: 'Line i of every file must be about the same person.',
    });
  }
  return missing.length + unequal.length === 0;
}

/** The time steps of one person as rows of a table; null, told, where the files disagree on how many there are. */
function personSteps(
  personId: string,
  line: number,
  entries: ReadonlyMap<CareerFileKind, readonly string[]>,
  titles: TitleMatcher | undefined,
  problems: ProblemSink,
): NumberedRow[] | null {
  const jobs = entries.get('job') ?? [];
  let agrees = true;
  for (const [kind, { length }] of entries) {
    if (onePerStep.has(kind) && length === jobs.length) continue;
    if (onePerPerson.has(kind) && length === 1) continue;
    agrees = false;
    problems.add({
      severity: 'error',
      row: line,
      column: kind,
      message: `The line has ${length} entries for ${jobs.length} jobs; the person was left out.`,
      advice: onePerStep.has(kind) ? 'Give one entry per job.' : 'Give one entry.',
    });
  }
  if (!agrees) return null;
  const words = (kind: CareerFileKind, step: number): string => {
    const known = entries.get(kind) ?? [];
    const entry = known.length === 1 ? known[0] : (known[step] ?? unknownEntry);
    return entry === unknownEntry ? '' : entry.replaceAll('_', ' ');
  };
  return jobs.map((job, step) => {
    const year = entries.get('year')?.[step] ?? '';
    // Without a list every job is a code; with one, what is no code of it was written from a title.
    const isCode = titles?.entry(job) !== null;
    const [code, title] = isCode ? [job, ''] : ['', words('job', step)];
    const facts = [words('gender', step), words('ethnicity', step), year, words('education', step)];
    return { row: line, cells: [personId, ...facts, code, title, words('location', step)] };
  });
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Problems of several files, each in a list of its own. */
class FileProblems {
  readonly #lists = new Map<string, ProblemList>();

  of(file: string): ProblemList {
    let list = this.#lists.get(file);
    if (!list) this.#lists.set(file, (list = new ProblemList(file)));
    return list;
  }

  /** Problems of the rows that lines became: the column says which file it is about. */
  ofSplit(split: CareerSplit): ProblemSink {
    const listOf = (column = 'job'): ProblemList =>
      this.of(`${split}.${column === 'title' ? 'job' : column}`);
    return {
      add: (problem) => {
        listOf(problem.column).add(withoutColumn(problem));
      },
      addOnce: (key, problem) => {
        listOf(problem.column).addOnce(key, withoutColumn(problem));
      },
    };
  }

  get listed(): Problem[] {
    return [...this.#lists.values()].flatMap(({ listed }) => listed);
  }

  get unlisted(): number {
    return [...this.#lists.values()].reduce((sum, { unlisted }) => sum + unlisted, 0);
  }
}

function withoutColumn({ column: _, ...problem }: Omit<Problem, 'file'>): Omit<Problem, 'file'> {
  return problem;
}
