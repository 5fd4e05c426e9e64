import type { CareerHistory, Observation } from '../../career/index.ts';
import type { NextStep } from '../../occupation/index.ts';
import type { Draft, DraftRow } from './draft.ts';

/**
 * A career as editor rows. Years that follow each other with the same title, education, pay and region, and no columns
 * of their own, become one row; a gap starts a new one. `readDraft` of the result gives the same observations.
 */
export function draftOf(history: CareerHistory, next: NextStep | null): Draft {
  const rows: DraftRow[] = [];
  let lastYear = NaN;
  for (const observation of history.observations) {
    const row = rows.at(-1);
    if (row && observation.year === lastYear + 1 && continues(row, observation))
      row.to = String(observation.year);
    else rows.push(rowOf(observation, rows.length));
    lastYear = observation.year;
  }
  return {
    personId: history.personId,
    population: history.population,
    rows,
    facts: {
      sex: history.sex ?? '',
      raceEthnicity: history.raceEthnicity ?? '',
      region: history.region ?? '',
      birthYear: history.birthYear === undefined ? '' : String(history.birthYear),
    },
    next: { year: next ? String(next.year) : '', education: next?.education ?? '' },
  };
}

function continues(row: DraftRow, observation: Observation): boolean {
  return (
    row.title === observation.title &&
    row.code === observation.occupationCode &&
    row.education === (observation.education ?? '') &&
    row.region === observation.region &&
    row.pay === payOf(observation) &&
    row.extra === undefined &&
    observation.extra === undefined
  );
}

function rowOf(observation: Observation, id: number): DraftRow {
  return {
    id,
    from: String(observation.year),
    to: '',
    education: observation.education ?? '',
    title: observation.title,
    code: observation.occupationCode,
    pay: payOf(observation),
    ...(observation.region === undefined ? {} : { region: observation.region }),
    ...(observation.extra === undefined ? {} : { extra: observation.extra }),
  };
}

const payOf = ({ hourlyWage }: Observation): string => hourlyWage?.toString() ?? '';
