import type { CareerHistory } from '../../career/index.ts';
import type { NextStep } from '../../occupation/index.ts';
import type { ModelReport } from '../../worker/index.ts';

/** Birth years of the people of a population, from the surveys' own documentation. */
const birthYears: ReadonlyMap<string, readonly [first: number, last: number]> = new Map([
  ['NLSY97 dataset', [1980, 1984]],
  ['NLS Young Women dataset', [1942, 1953]],
]);

/** `, born 1980–1984`, or nothing where it is not known. */
export function bornBetween(population: string): string {
  const years = birthYears.get(population);
  return years ? `, born ${years[0]}–${years[1]}` : '';
}

/**
 * Why the model has seen nobody like this at this step, in plain words: years and births outside the population
 * that the text names, and facts that it has no word for. Empty: it has.
 */
export function extrapolations(
  populations: ModelReport['populations'],
  history: CareerHistory,
  next: NextStep,
): string[] {
  // A model of text that learned from no population says so where it says whom it learned from.
  if (populations.length === 0) return [];
  const reasons: string[] = [];
  const population = populations.find(({ name }) => name === history.population);
  if (!population) reasons.push(`It did not learn from anybody of “${history.population}”.`);
  if (population && next.year > population.lastYear) {
    reasons.push(
      `It knows the years up to ${population.lastYear}; you ask about ${next.year}. What changed since is unknown to it.`,
    );
  }
  if (population && next.year < population.firstYear) {
    reasons.push(`It knows the years from ${population.firstYear}; you ask about ${next.year}.`);
  }
  const born = birthYears.get(history.population);
  if (
    born &&
    history.birthYear !== undefined &&
    (history.birthYear < born[0] || history.birthYear > born[1])
  ) {
    reasons.push(
      `Its people were born ${born[0]}–${born[1]}; this person was born in ${history.birthYear}, so it has seen nobody of this age in ${next.year}.`,
    );
  }
  const free = history.observations.filter(({ occupationCode }) => occupationCode === null).length;
  if (free > 0)
    reasons.push(
      `${free === 1 ? 'One step has a title' : `${free} steps have titles`} outside its list, read as plain words.`,
    );
  return reasons;
}
