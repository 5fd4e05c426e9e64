import type { CareerHistory, Observation } from './history.ts';
import { formatDelimited } from './import/delimitedTable.ts';

type Column = readonly [string, (career: CareerHistory, step: Observation) => string];

const ownColumns: readonly Column[] = [
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

/** Only where somebody told what they were paid. */
const payColumn: Column = ['hourly_wage', (_, step) => String(step.hourlyWage ?? '')];

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
  const hasPay = careers.some(({ observations }) =>
    observations.some(({ hourlyWage }) => hourlyWage !== undefined),
  );
  const columns = hasPay ? [...ownColumns, payColumn] : ownColumns;
  const own = new Set(columns.map(([name]) => name));
  const header = [
    ...columns.map(([name]) => name),
    ...names.map((name) => (own.has(name) ? `${name} (extra)` : name)),
  ];
  const rows = careers.flatMap((career) =>
    career.observations.map((step) => [
      ...columns.map(([, cell]) => cell(career, step)),
      ...names.map((name) => (step.extra && Object.hasOwn(step.extra, name) ? step.extra[name] : '')),
    ]),
  );
  return formatDelimited([header, ...rows]);
}
