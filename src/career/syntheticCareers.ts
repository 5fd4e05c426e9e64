import { SeededRandom } from '../platform/index.ts';
import type { CareerHistory, Observation } from './history.ts';
import type { SyntheticFacts, SyntheticMarket } from './syntheticMarket.ts';
import { educationLevels, populations } from './vocabulary.ts';

export interface SyntheticOptions {
  people: number;
  seed: number | string;
  market: SyntheticMarket;
  /** Titles of the market's codes. */
  occupations: readonly { code: string; title: string }[];
}

const sexes = ['male', 'female'] as const;
const raceEthnicities = ['white', 'black', 'hispanic', 'other', 'asian or pacific islander'] as const;
const regions = ['south', 'west', 'northcentral', 'northeast'] as const;
/** Probability that a person in school has the next level one year later. */
const graduation = 0.3;

/**
 * Invented people with careers drawn from a market whose rules are known: born 1980–84, first seen at 15 to 17,
 * every year until 2011 and every other one then, with missing years and early ends. Person i depends on the
 * seed and i only.
 */
export function syntheticCareers(options: SyntheticOptions): CareerHistory[] {
  const titles = new Map(options.occupations.map(({ code, title }) => [code, title]));
  return Array.from({ length: options.people }, (_, person) =>
    syntheticCareer(`S${person + 1}`, new SeededRandom(options.seed).split(person), options.market, titles),
  );
}

function syntheticCareer(
  personId: string,
  random: SeededRandom,
  market: SyntheticMarket,
  titles: ReadonlyMap<string, string>,
): CareerHistory {
  const sex = sexes[random.integer(2)];
  const raceEthnicity = raceEthnicities[random.weighted([56, 31, 25, 2, 2])];
  const birthYear = 1980 + random.integer(5);
  const lastYear = random.uniform() < 0.75 ? 2021 : 2003 + random.integer(18);
  let region = regions[random.weighted([46, 27, 25, 19])];
  let level = 0;
  let previous: string | null = null;
  const observations: Observation[] = [];

  for (let year = birthYear + 15 + random.integer(3); year <= lastYear; year += year < 2011 ? 1 : 2) {
    if (observations.length > 0 && random.uniform() < 0.08) continue;
    // Education is known before the occupation, so it may depend on the past only.
    const isStudying = previous === 'in_school' || level === 0;
    if (isStudying && level < educationLevels.length - 1 && random.uniform() < graduation) level += 1;
    if (random.uniform() < 0.02) region = regions[random.integer(regions.length)];
    const education = educationLevels[level];
    const facts: SyntheticFacts = { sex, education, age: year - birthYear };
    const code: string = market.codes[random.weighted(market.probabilities(previous, facts))];
    observations.push({ year, education, occupationCode: code, title: titles.get(code) ?? code, region });
    previous = code;
  }
  return {
    personId,
    population: populations.synthetic,
    sex,
    raceEthnicity,
    ...(observations.length > 0 && { region: observations[0].region }),
    birthYear,
    observations,
  };
}

/**
 * Natural log of the true probability of each observation, per career: what a perfect model would say. The
 * careers must be of `market`.
 */
export function trueLogProbs(careers: readonly CareerHistory[], market: SyntheticMarket): Float64Array[] {
  return careers.map(({ sex = '', birthYear = 0, observations }) =>
    Float64Array.from(observations, ({ occupationCode, education, year }, t) => {
      const previous = t === 0 ? null : observations[t - 1].occupationCode;
      return Math.log(
        market.probability(occupationCode ?? '', previous, { sex, education, age: year - birthYear }),
      );
    }),
  );
}

/** Perplexity of the perfect model on these careers: no model can expect to be better. */
export function optimalPerplexity(careers: readonly CareerHistory[], market: SyntheticMarket): number {
  const logProbs = trueLogProbs(careers, market);
  const count = logProbs.reduce((sum, career) => sum + career.length, 0);
  const total = logProbs.reduce((sum, career) => sum + career.reduce((a, b) => a + b, 0), 0);
  return Math.exp(-total / count);
}
