import type { CareerHistory, Observation } from '../../src/career/index.ts';
import { readRows, type Row } from './sources.ts';

/** Careers of one population, split as `data/README.md` says. */
export interface Population {
  name: string;
  /** People whose careers train the model. */
  training: CareerHistory[];
  /** NLSY97 only: the tenth of the training people that decides every stop and choice. */
  tuning: CareerHistory[];
}

const lastDigit = (personId: string) => Number(personId) % 10;

/** NLSY97: tuning people are those with `person_id` mod 10 = 7. */
export function nlsy97(): Population {
  const careers = nlsy97Careers('nlsy97/train.csv.gz');
  const isTuning = (career: CareerHistory) => lastDigit(career.personId) === 7;
  return {
    name: nlsy97Name,
    training: careers.filter((career) => !isTuning(career)),
    tuning: careers.filter(isTuning),
  };
}

/** NLSY97 validation people: for reporting only. */
export const nlsy97Validation = (): CareerHistory[] => nlsy97Careers('nlsy97/validation.csv.gz');

const nlsy97Name = 'NLSY97 dataset';

function nlsy97Careers(path: string): CareerHistory[] {
  return byPerson(readRows(path)).map((rows) => ({
    ...personFacts(rows[0], nlsy97Name),
    region: rows[0].region,
    observations: rows.map((row): Observation => ({
      year: Number(row.year),
      education: row.education,
      occupationCode: row.occupation_code,
      title: row.occupation_title,
      region: row.region,
      ...(row.hourly_wage !== '' && { hourlyWage: Number(row.hourly_wage) }),
    })),
  }));
}

/** NLS Young Women 1968–1988; titles are `Occupation group N`. People held out: mod 10 = 7, 8, 9. */
export function youngWomen(): Population {
  const name = 'NLS Young Women dataset';
  const training = byPerson(readRows('other-careers/young_women_1968_1988.csv.gz'))
    .filter((rows) => lastDigit(rows[0].person_id) < 7)
    .map((rows) => ({
      ...personFacts(rows[0], name),
      region: rows[0].region,
      observations: rows.map((row) => outsideList(row.year, row.education, row.occupation_title)),
    }));
  return { name, training, tuning: [] };
}

/** U.S. federal judges, one line a job at its first year. People held out: mod 10 = 7, 8, 9. */
export function federalJudges(): Population {
  const name = 'Federal Judicial Center dataset';
  const training = byPerson(readRows('other-careers/federal_judges.csv.gz'))
    .filter((rows) => lastDigit(rows[0].person_id) < 7)
    .map((rows) => ({
      ...personFacts(rows[0], name),
      observations: rows
        .filter((row) => Number(row.start_year) > 0 && row.job_title !== '')
        .map((row) => outsideList(row.start_year, row.education, row.job_title))
        .sort((a, b) => a.year - b.year),
    }))
    .filter((career) => career.observations.length > 0);
  return { name, training, tuning: [] };
}

/** What every row of a person says alike. */
function personFacts(row: Row, population: string) {
  const birthYear = Number(row.birth_year);
  return {
    personId: row.person_id,
    population,
    sex: row.sex,
    raceEthnicity: row.race_ethnicity,
    ...(birthYear > 0 && { birthYear }),
  };
}

function outsideList(year: string, education: string, title: string): Observation {
  return { year: Number(year), education: education === '' ? null : education, occupationCode: null, title };
}

/** Rows grouped by person, in file order. */
function byPerson(rows: readonly Row[]): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.person_id);
    if (group) group.push(row);
    else groups.set(row.person_id, [row]);
  }
  return [...groups.values()];
}

/** What a reader may know of a population: how many people the model learned from, and which years. */
export function populationFacts({ name, training }: Population) {
  const years = training.flatMap(({ observations }) => observations.map(({ year }) => year));
  const [firstYear, lastYear] = years.reduce(
    ([first, last], year) => [Math.min(first, year), Math.max(last, year)],
    [Infinity, -Infinity],
  );
  return { name, people: training.length, firstYear, lastYear };
}
