import type { CareerHistory } from '../../src/career/index.ts';
import type { SeededRandom } from '../../src/platform/index.ts';

/**
 * A career as it might have been told: facts left out, the beginning forgotten, other calendar years,
 * everyday words for a title. People who use the product leave facts out, live in years after the
 * survey's last, and write `Barista`; the model should have met that, and memorises single people less.
 */
export interface Retelling {
  career: CareerHistory;
  /** Observations whose title was replaced by a variant: context for later steps, not a target. */
  replaced: ReadonlySet<number>;
  /** How many observations at the beginning were forgotten. */
  forgotten: number;
}

const chances = {
  sexLeftOut: 0.06,
  raceEthnicityLeftOut: 0.06,
  regionLeftOut: 0.1,
  birthYearLeftOut: 0.06,
  educationLeftOut: 0.04,
  beginningForgotten: 0.1,
  otherYears: 0.08,
  everydayTitles: 0.08,
};

/** Share of the titles replaced in a career that is told in everyday words. */
const replacedShare = 0.4;

/** A seeded retelling. `variants`: everyday titles by occupation code. */
export function retell(
  career: CareerHistory,
  variants: ReadonlyMap<string, readonly string[]>,
  random: SeededRandom,
): Retelling {
  const told: CareerHistory = { ...career };
  const happens = (chance: number) => random.uniform() < chance;
  if (happens(chances.sexLeftOut)) delete told.sex;
  if (happens(chances.raceEthnicityLeftOut)) delete told.raceEthnicity;
  if (happens(chances.regionLeftOut)) delete told.region;
  if (happens(chances.birthYearLeftOut)) delete told.birthYear;
  if (happens(chances.educationLeftOut))
    told.observations = told.observations.map((observation) => ({ ...observation, education: null }));
  const forgotten =
    happens(chances.beginningForgotten) && told.observations.length > 2
      ? random.integer(told.observations.length - 1)
      : 0;
  told.observations = told.observations.slice(forgotten);
  if (happens(chances.otherYears)) shiftYears(told, random);

  const replaced = new Set<number>();
  if (happens(chances.everydayTitles))
    told.observations = told.observations.map((observation, i) => {
      const titles = variants.get(observation.occupationCode ?? '');
      if (!titles || !happens(replacedShare)) return observation;
      replaced.add(i);
      return { ...observation, title: titles[random.integer(titles.length)] };
    });
  return { career: told, replaced, forgotten };
}

/** Moves a life 6 to 25 years, so that its cohort is not that of the survey's people. */
function shiftYears(career: CareerHistory, random: SeededRandom): void {
  const shift = (6 + random.integer(20)) * (random.uniform() < 0.25 ? -1 : 1);
  if (career.birthYear !== undefined) career.birthYear += shift;
  career.observations = career.observations.map((observation) => ({
    ...observation,
    year: observation.year + shift,
  }));
}
