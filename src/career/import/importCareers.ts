import { careerJsonFormat, readCareerJson } from '../careerJson.ts';
import type { CareerHistory } from '../history.ts';
import { ProblemList, type Problem } from '../problem.ts';
import type { JobRule } from '../spells.ts';
import { populations } from '../vocabulary.ts';
import { readCareerTable, type CareerTableOptions } from './careerTable.ts';
import { guessMapping, isHeader, type ColumnMapping } from './columnMapping.ts';
import { isEmptyRow, parseDelimited } from './delimitedTable.ts';
import { decodeSource } from './sourceText.ts';
import { TitleMatcher, type CodedTitle } from './titleMatcher.ts';

export interface ImportOptions {
  /** Calendar year of today: where `present` ends. */
  presentYear: number;
  /** What the person said about the columns, after seeing the guess; replaces the guess. */
  mapping?: ColumnMapping;
  /** Whether the first row holds names; guessed where absent. */
  hasHeader?: boolean;
  /** Occupation list that titles and codes are matched to. */
  occupations?: readonly CodedTitle[];
  /** Population of careers whose file names none. Default: the one the bundled model knows best. */
  population?: string;
  /** How jobs with a start and an end become observations. Default `each-year`. */
  jobs?: JobRule;
  /** Identity of the person where the file holds one person only. Default `me`. */
  personId?: string;
}

export interface ImportResult {
  /** What the file turned out to be; null where it could not be read at all. */
  format: 'json' | 'panel' | 'table' | null;
  careers: CareerHistory[];
  /** Of tables: what was assumed, for the person to check. */
  table?: {
    header: readonly string[] | null;
    mapping: ColumnMapping;
    /** The first rows of data. */
    sample: readonly (readonly string[])[];
  };
  problems: readonly Problem[];
  /** Problems beyond the listed ones. */
  unlistedProblems: number;
}

/** Rows that the guess of a column's meaning looks at. */
const sampleRows = 50;

/**
 * Careers of a file, whatever it is: our own JSON, a person-year panel with any column names, or one person's
 * table (`year,title` or `start,end,title`, with or without header; comma, semicolon or tab). The content
 * decides, not the name. Never throws: all problems are collected, each with file, row and column.
 */
export function importCareers(
  file: { name?: string; content: Uint8Array | string },
  options: ImportOptions,
): ImportResult {
  const problems = new ProblemList(file.name);
  const text = decodeSource(file.content, problems);
  const read = text === null ? { format: null, careers: [] } : readText(text, options, problems);
  if (read.careers.length === 0 && problems.errors === 0) {
    problems.add({
      severity: 'error',
      message: 'The file holds no career.',
      advice: 'Give at least one row with a year and a job title.',
    });
  }
  return { ...read, problems: problems.listed, unlistedProblems: problems.unlisted };
}

function readText(
  text: string,
  options: ImportOptions,
  problems: ProblemList,
): Pick<ImportResult, 'format' | 'careers' | 'table'> {
  if (isJson(text)) {
    return { format: 'json', careers: readCareerJson(text, options.presentYear, problems) };
  }
  const table = parseDelimited(text, problems);
  if (!table) return { format: null, careers: [] };

  const layout = layoutOf(table.rows, options);
  const { header, firstRow, mapping, sample } = layout;
  const width = header?.length ?? table.rows.reduce((most, row) => Math.max(most, row.length), 0);
  const careers = readCareerTable(
    table.rows.slice(firstRow).map((cells, i) => ({ cells, row: firstRow + i + 1 })),
    careerTableOptions({ header, mapping, width }, options),
    problems,
  );
  problems.sortByRow();
  const format = mapping.personId === undefined ? 'table' : 'panel';
  return { format, careers, table: { header, mapping, sample } };
}

/** Where the data of a table begin and what its columns likely mean, by its first rows. */
export function layoutOf(
  rows: readonly (readonly string[])[],
  options: Pick<ImportOptions, 'mapping' | 'hasHeader'>,
): { header: readonly string[] | null; firstRow: number; mapping: ColumnMapping; sample: string[][] } {
  const top = rows.findIndex((row) => !isEmptyRow(row));
  const hasHeader = options.hasHeader ?? isHeader(rows[top], rows[top + 1]);
  const header = hasHeader ? rows[top] : null;
  const firstRow = hasHeader ? top + 1 : top;
  const sample = rows.slice(firstRow, firstRow + sampleRows).map((row) => [...row]);
  return { header, firstRow, mapping: options.mapping ?? guessMapping(header, sample), sample };
}

/** How the rows of a table are read: what its columns are, and what the person said. */
export function careerTableOptions(
  columns: Pick<CareerTableOptions, 'header' | 'mapping' | 'width'>,
  options: ImportOptions,
): CareerTableOptions {
  return {
    ...columns,
    population: options.population ?? populations.nlsy97,
    personId: options.personId ?? 'me',
    presentYear: options.presentYear,
    jobs: options.jobs ?? 'each-year',
    ...(options.occupations && { titles: new TitleMatcher(options.occupations) }),
  };
}

/** A brace, or a bracket followed by what only JSON has there; a table may begin with a bracket, too. */
export function isJson(text: string): boolean {
  return (
    /^\s*(\{|\[\s*[[{"\]])/.test(text.slice(0, 1000)) || text.slice(0, 1000).includes(`"${careerJsonFormat}"`)
  );
}
