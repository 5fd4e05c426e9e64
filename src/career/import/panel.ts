import Papa from 'papaparse';
import { AppError } from '../../platform/index.ts';
import type { CareerHistory, Observation } from '../history.ts';
import { populations } from '../vocabulary.ts';

/** One person-year with the column names of the project's own panels (`data/nlsy97`). Other columns are extra. */
export type PanelRow = Readonly<Record<string, string | undefined>>;

const required = ['person_id', 'year', 'occupation_title'] as const;
const personColumns = ['person_id', 'sex', 'race_ethnicity', 'birth_year'];
const stepColumns = ['region', 'year', 'education', 'occupation_code', 'occupation_title'];
const ownColumns = new Set([...personColumns, ...stepColumns]);

/**
 * Trusted fast path: a person-year panel with the project's own column names, as CSV text with a header.
 * People keep the order of their first row; observations are sorted by year.
 * Throws AppError `bad-input` at the first broken row; files of people go through `importCareers`, which
 * collects all problems instead.
 */
export function readPanel(csv: string, population: string = populations.nlsy97): CareerHistory[] {
  const parsed = Papa.parse<Record<string, string>>(csv, { header: true, skipEmptyLines: true });
  const [error] = parsed.errors;
  if (error) {
    throw new AppError('bad-input', `Row ${(error.row ?? 0) + 2} of the panel: ${error.message}`);
  }
  return readPanelRows(parsed.data, population);
}

/** `readPanel` on rows that are parsed already. */
export function readPanelRows(
  rows: Iterable<PanelRow>,
  population: string = populations.nlsy97,
): CareerHistory[] {
  const people = new Map<string, { first: PanelRow; observations: Observation[] }>();
  let line = 1;
  for (const row of rows) {
    line += 1;
    const missing = required.find((column) => !row[column]);
    if (missing) throw new AppError('bad-input', `Row ${line} of the panel has no ${missing}`);
    const id = row.person_id ?? '';
    let person = people.get(id);
    if (!person) people.set(id, (person = { first: row, observations: [] }));
    person.observations.push(readObservation(row, line));
  }
  return Array.from(people, ([personId, { first, observations }]) => {
    observations.sort((a, b) => a.year - b.year);
    const birthYear = Number.parseInt(first.birth_year ?? '', 10);
    return {
      personId,
      population,
      ...(first.sex && { sex: first.sex }),
      ...(first.race_ethnicity && { raceEthnicity: first.race_ethnicity }),
      ...(observations[0]?.region && { region: observations[0].region }),
      ...(Number.isFinite(birthYear) && { birthYear }),
      observations,
    };
  });
}

function readObservation(row: PanelRow, line: number): Observation {
  const year = Number(row.year);
  if (!Number.isInteger(year)) throw new AppError('bad-input', `Row ${line} of the panel has no whole year`);
  const extra: Record<string, string> = {};
  for (const column in row) {
    const value = row[column];
    if (!ownColumns.has(column) && value !== undefined) extra[column] = value;
  }
  return {
    year,
    education: filled(row.education),
    occupationCode: filled(row.occupation_code),
    title: row.occupation_title ?? '',
    ...(row.region && { region: row.region }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
}

/** Null for a cell that is empty or absent. */
function filled(cell: string | undefined): string | null {
  return cell === undefined || cell === '' ? null : cell;
}
