import { parsePartialDate } from '../partialDate.ts';
import { educationLevel } from '../education.ts';

/** What a column of a table can mean. Columns without a meaning are kept as extra. */
export const careerFields = [
  'personId',
  'population',
  'sex',
  'raceEthnicity',
  'birthYear',
  'year',
  'start',
  'end',
  'title',
  'code',
  'education',
  'region',
  'hourlyWage',
] as const;

export type CareerField = (typeof careerFields)[number];

/** Which column (counted from 0) holds which field. Without `personId` the table is one person's. */
export type ColumnMapping = Readonly<Partial<Record<CareerField, number>>>;

/** Names in lower case without signs; earlier names are better. */
const names: Readonly<Record<CareerField, readonly string[]>> = {
  personId: [
    'personid',
    'id',
    'pid',
    'person',
    'respondentid',
    'caseid',
    'workerid',
    'individual',
    'pubid',
    'idnumber',
  ],
  population: ['population', 'dataset', 'cohort'],
  sex: ['sex', 'gender'],
  raceEthnicity: ['raceethnicity', 'race', 'ethnicity', 'raceeth'],
  birthYear: ['birthyear', 'yearofbirth', 'yob', 'born', 'birthdate', 'dateofbirth', 'dob', 'birth'],
  year: ['year', 'surveyyear', 'interviewyear', 'calendaryear', 'yr', 'wave', 'date', 'jahr'],
  start: ['start', 'startyear', 'startdate', 'from', 'begin', 'began', 'started', 'firstyear', 'since'],
  end: ['end', 'endyear', 'enddate', 'to', 'until', 'till', 'ended', 'finish', 'lastyear', 'through'],
  title: [
    'occupationtitle',
    'jobtitle',
    'title',
    'occupation',
    'job',
    'position',
    'role',
    'profession',
    'occname',
  ],
  code: ['occupationcode', 'occ1990dd', 'occcode', 'jobcode', 'code', 'occ'],
  education: [
    'education',
    'educationlevel',
    'educ',
    'highestdegree',
    'degree',
    'educationallevel',
    'schooling',
  ],
  region: ['region', 'location', 'area'],
  hourlyWage: ['hourlywage', 'hourlypay', 'hourlyrate', 'wageperhour', 'payperhour'],
};

/**
 * Whether a first row names columns rather than holding data: it has no date or number, and either one of its
 * cells is a known name or the row below has a date or number.
 */
export function isHeader(row: readonly string[], below: readonly string[] = []): boolean {
  const isValue = (cell: string): boolean =>
    parsePartialDate(cell) !== null || /^[-+]?\d+([.,]\d+)?$/.test(cell);
  const cells = row.map((cell) => cell.trim()).filter(Boolean);
  if (cells.some(isValue)) return false;
  return cells.some((cell) => fieldNamed(cell) !== undefined) || below.some((cell) => isValue(cell.trim()));
}

/** The likely meaning of each column: by its name, and what no name told, by the cells of `sample`. */
export function guessMapping(
  header: readonly string[] | null,
  sample: readonly (readonly string[])[],
): ColumnMapping {
  const mapping: Partial<Record<CareerField, number>> = {};
  const assign = (field: CareerField, column: number): void => {
    if (column < 0 || field in mapping || Object.values(mapping).includes(column)) return;
    mapping[field] = column;
  };
  const width = sample.reduce((most, row) => Math.max(most, row.length), header?.length ?? 0);
  const columns = Array.from({ length: width }, (_, i) => sample.map((row) => (row[i] ?? '').trim()));
  const free = (test: (cells: readonly string[]) => boolean): number =>
    columns.findIndex((cells, i) => !Object.values(mapping).includes(i) && test(cells));

  const bare = (header ?? []).map(bareName);
  for (const field of careerFields) for (const name of names[field]) assign(field, bare.indexOf(name));
  assign(
    'personId',
    bare.findIndex((name) => name.endsWith('id')),
  );
  if (mapping.end !== undefined && mapping.start === undefined && mapping.year !== undefined) {
    mapping.start = mapping.year;
    delete mapping.year;
  } else if (mapping.year !== undefined) {
    // Rows are person-years: dates of the job beside them are extra facts.
    delete mapping.start;
    delete mapping.end;
  }

  if (mapping.year === undefined && mapping.start === undefined) {
    const first = free(isDates);
    const hasEnd = !header && first >= 0 && isDates(columns[first + 1] ?? []);
    assign(hasEnd ? 'start' : 'year', first);
    if (hasEnd) assign('end', first + 1);
  }
  if (mapping.title !== undefined && mapping.code === undefined && isNumbers(columns[mapping.title])) {
    mapping.code = mapping.title;
    delete mapping.title;
  }
  if (mapping.code === undefined)
    assign(
      'title',
      free((cells) => isWords(cells) && !isEducation(cells)),
    );
  assign('education', free(isEducation));
  return mapping;
}

function fieldNamed(name: string): CareerField | undefined {
  return careerFields.find((field) => names[field].includes(bareName(name)));
}

function isDates(cells: readonly string[]): boolean {
  return isMostly(cells, (cell) => parsePartialDate(cell) !== null);
}

function isNumbers(cells: readonly string[]): boolean {
  return isMostly(cells, (cell) => /^\d+$/.test(cell));
}

function isWords(cells: readonly string[]): boolean {
  return isMostly(cells, (cell) => /\p{L}/u.test(cell));
}

function isEducation(cells: readonly string[]): boolean {
  return isMostly(cells, (cell) => educationLevel(cell) !== null);
}

function bareName(name: string): string {
  return name
    .slice(0, 100)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** True for at least four of five filled cells; empty cells do not count, a column of them is nothing. */
function isMostly(cells: readonly string[], test: (cell: string) => boolean): boolean {
  const filled = cells.filter(Boolean);
  return filled.length > 0 && filled.filter(test).length >= 0.8 * filled.length;
}
