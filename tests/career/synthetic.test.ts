import { describe, expect, it } from 'vitest';
import {
  careerProblems,
  optimalPerplexity,
  SyntheticMarket,
  syntheticCareers,
  textify,
  trueLogProbs,
  type CareerHistory,
} from '../../src/career/index.ts';
import { occ1990dd } from '../../src/occupation/index.ts';

const occupations = occ1990dd.occupations;
const small = occupations.filter((_, i) => i % 60 === 0).concat(occupations.slice(-2));

describe('synthetic careers', () => {
  const market = new SyntheticMarket(5, occupations);
  const careers = syntheticCareers({ people: 60, seed: 5, market, occupations });

  it('repeats for the same seed, person by person, and differs for another', () => {
    const again = syntheticCareers({
      people: 10,
      seed: 5,
      market: new SyntheticMarket(5, occupations),
      occupations,
    });
    expect(again).toEqual(careers.slice(0, 10));
    expect(syntheticCareers({ people: 10, seed: 6, market, occupations })).not.toEqual(again);
  });

  it('gives sound careers of realistic lengths with listed titles, that become text', () => {
    const titles = new Map(occupations.map(({ code, title }) => [code, title]));
    const lengths = careers.map(({ observations }) => observations.length);
    expect(Math.min(...lengths)).toBeGreaterThan(0);
    expect(Math.max(...lengths)).toBeLessThan(30);
    expect(lengths.reduce((a, b) => a + b) / lengths.length).toBeGreaterThan(10);
    for (const career of careers) {
      expect(careerProblems(career, 2026)).toEqual([]);
      expect(career.region).toBe(career.observations[0].region);
      for (const { occupationCode, title } of career.observations) {
        expect(titles.get(occupationCode ?? '')).toBe(title);
      }
      expect(textify(career).titlePieces).toHaveLength(career.observations.length);
    }
  });

  it('has rows that are distributions', () => {
    for (const previous of [null, 'in_school', '276']) {
      for (const age of [18, 30, 40]) {
        const row = market.probabilities(previous, { sex: 'male', education: "master's degree", age });
        expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
        expect(row.every((p) => p > 0)).toBe(true);
      }
    }
  });
});

describe('optimal perplexity', () => {
  const market = new SyntheticMarket(9, small);
  const careers = syntheticCareers({ people: 4000, seed: 9, market, occupations: small });
  const optimal = optimalPerplexity(careers, market);

  it('is that of the frequencies in the careers themselves, up to sampling error', () => {
    // Independent of the market's probabilities: counts by everything that the chain depends on. On the same
    // careers their mean nll is below the optimum, by chi-squared(free parameters) / (2 · observations) (Wilks);
    // cells that are hardly ever reached make it less.
    const counts = new Map<string, Map<string, number>>();
    let observations = 0;
    forEachStep(careers, (context, code) => {
      const row = counts.get(context) ?? new Map<string, number>();
      counts.set(context, row.set(code, (row.get(code) ?? 0) + 1));
      observations += 1;
    });
    let nll = 0;
    for (const row of counts.values()) {
      const total = [...row.values()].reduce((a, b) => a + b);
      for (const count of row.values()) nll -= count * Math.log(count / total);
    }
    const gap = Math.log(optimal) - nll / observations;
    expect(gap).toBeGreaterThan(0);
    const parameters = counts.size * (small.length - 1);
    expect(gap).toBeLessThan((parameters + 4 * Math.sqrt(2 * parameters)) / (2 * observations));
  });

  it('is the exponential of the mean entropy of the true rows, up to sampling error', () => {
    let entropy = 0;
    let steps = 0;
    for (const { sex = '', birthYear = 0, observations } of careers) {
      observations.forEach(({ year, education }, t) => {
        const previous = t === 0 ? null : observations[t - 1].occupationCode;
        for (const p of market.probabilities(previous, { sex, education, age: year - birthYear })) {
          entropy -= p * Math.log(p);
        }
        steps += 1;
      });
    }
    expect(Math.abs(Math.log(optimal) - entropy / steps)).toBeLessThan(0.01);
  });

  it('is not reached by a model that ignores what the chain depends on', () => {
    const counts = new Map<string, number>();
    let steps = 0;
    forEachStep(careers, (_, code) => {
      counts.set(code, (counts.get(code) ?? 0) + 1);
      steps += 1;
    });
    let nll = 0;
    for (const count of counts.values()) nll -= count * Math.log(count / steps);
    expect(Math.exp(nll / steps)).toBeGreaterThan(1.2 * optimal);
  });

  it('agrees with its own parts', () => {
    const logProbs = trueLogProbs(careers.slice(0, 3), market);
    expect(logProbs.map((career) => career.length)).toEqual(
      careers.slice(0, 3).map(({ observations }) => observations.length),
    );
    const all = logProbs.flatMap((career) => [...career]);
    expect(optimalPerplexity(careers.slice(0, 3), market)).toBeCloseTo(
      Math.exp(-all.reduce((a, b) => a + b) / all.length),
      10,
    );
  });
});

function forEachStep(
  careers: readonly CareerHistory[],
  visit: (context: string, code: string) => void,
): void {
  for (const { sex, birthYear = 0, observations } of careers) {
    observations.forEach(({ year, education, occupationCode }, t) => {
      const age = year - birthYear;
      const band = age < 25 ? 'young' : age < 35 ? 'middle' : 'old';
      const previous = t === 0 ? 'first' : observations[t - 1].occupationCode;
      visit([sex, education, band, previous].join('|'), occupationCode ?? '');
    });
  }
}
