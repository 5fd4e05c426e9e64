import type { CareerHistory, Observation } from './history.ts';
import { formatDelimited } from './import/delimitedTable.ts';

const ownColumns: readonly (readonly [string, (career: CareerHistory, step: Observation) => string])[] = [
  ['person_id', (career) => career.personId],
  ['population', (career) => career.population],
  ['sex', (career) => career.sex ?? ''],
  ['race_ethnicity', (career) => career.raceEthnicity ?? ''],
  ['birth_year', (career) => String(career.birthYear ?? '')],
  ['year', (_, step) => String(step.year)],
  ['education', (_, step) => step.education ?? ''],
  ['occupation_code', (_, step) => step.occupationCode ?? ''],
  ['occupation_title', (_, step) => step.title],
  ['region', (_, step) => step.region ?? ''],
];

/**
 * Careers as a person-year panel in CSV, one row per observation, extra columns last. Cells that a spreadsheet
 * would run as a formula are escaped with an apostrophe, which import takes away again.
 */
export function formatCareerCsv(careers: readonly CareerHistory[]): string {
  const extraNames = new Set<string>();
  for (const { observations } of careers) {
    for (const { extra } of observations) for (const name of Object.keys(extra ?? {})) extraNames.add(name);
  }
  const names = [...extraNames];
  const own = new Set(ownColumns.map(([name]) => name));
  const header = [
    ...ownColumns.map(([name]) => name),
    ...names.map((name) => (own.has(name) ? `${name} (extra)` : name)),
  ];
  const rows = careers.flatMap((career) =>
    career.observations.map((step) => [
      ...ownColumns.map(([, cell]) => cell(career, step)),
      ...names.map((name) => (step.extra && Object.hasOwn(step.extra, name) ? step.extra[name] : '')),
    ]),
  );
  return formatDelimited([header, ...rows]);
}
