import { SeededRandom } from '../platform/index.ts';
import { educationLevels } from './vocabulary.ts';

/** What the next occupation of a synthetic person depends on, beside the previous one. */
export interface SyntheticFacts {
  sex: string;
  education: string | null;
  /** Years since birth at the step. */
  age: number;
}

/** Weight of an occupation far from a person's education, per level of distance. */
const educationMisfit = 0.25;
/** How much likelier a move within the same family of occupations is. */
const familyPull = 25;
/** Popularity of each of the two states, in that of the median occupation, per occupation of the list. */
const statePopularity = 0.4;
/** Probability of staying, by age: below 25, below 35, older; before the occupation's own part. */
const stayByAge = [0.35, 0.55, 0.7] as const;

/** School is for the young. */
const schoolByAge = [1, 0.3, 0.05] as const;

interface SyntheticOccupation {
  popularity: number;
  /** Index into `educationLevels`. */
  level: number;
  family: number;
  /** Weight for women over that for men, as a factor of each. */
  sexTilt: number;
  /** Moves the probability of staying towards 1. */
  loyalty: number;
}

/**
 * An invented labour market whose rules are known exactly: a first-order Markov chain over occupations whose
 * rows depend on sex, education and age band. Everything follows from the seed and the list of occupations; no
 * real career has any part in it.
 */
export class SyntheticMarket {
  readonly codes: readonly string[];
  readonly #occupations: readonly SyntheticOccupation[];
  readonly #indexOfCode: ReadonlyMap<string, number>;
  readonly #rows = new Map<string, Float64Array>();

  constructor(seed: number | string, occupations: readonly { code: string }[]) {
    this.codes = occupations.map(({ code }) => code);
    this.#indexOfCode = new Map(this.codes.map((code, i) => [code, i]));
    const random = new SeededRandom(seed).split('market');
    const families = Math.max(1, Math.round(Math.sqrt(occupations.length)));
    this.#occupations = this.codes.map((code) => {
      const drawn = {
        popularity: Math.exp(1.5 * random.normal()),
        level: random.weighted([2, 6, 2, 3, 1, 0.5]),
        family: random.integer(families),
        sexTilt: Math.exp(0.7 * random.normal()),
        loyalty: random.uniform(),
      };
      // The two states are nobody's trade: common, open to every education, in a family of their own.
      const isState = code === 'in_school' || code === 'not_working';
      return isState
        ? { ...drawn, popularity: statePopularity * occupations.length, level: 1, family: -1, sexTilt: 1 }
        : drawn;
    });
  }

  /**
   * The true probability of each occupation at the next step, in list order; sums to 1.
   *
   * @param previous code of the previous occupation, null at the first step
   */
  probabilities(previous: string | null, facts: SyntheticFacts): Float64Array {
    const from = previous === null ? -1 : this.#indexOf(previous);
    const level = Math.max(
      0,
      educationLevels.findIndex((name) => name === facts.education),
    );
    const band = facts.age < 25 ? 0 : facts.age < 35 ? 1 : 2;
    const key = `${from} ${facts.sex} ${level} ${band}`;
    let row = this.#rows.get(key);
    if (!row) this.#rows.set(key, (row = this.#row(from, facts.sex, level, band)));
    return row;
  }

  /** The true probability of one occupation. */
  probability(code: string, previous: string | null, facts: SyntheticFacts): number {
    return this.probabilities(previous, facts)[this.#indexOf(code)];
  }

  #row(from: number, sex: string, level: number, band: 0 | 1 | 2): Float64Array {
    const row = Float64Array.from(this.#occupations, (occupation, i) => {
      if (i === from) return 0;
      const tilt = sex === 'female' ? occupation.sexTilt : 1 / occupation.sexTilt;
      const isState = occupation.family < 0;
      const fit = isState ? 1 : educationMisfit ** Math.abs(occupation.level - level);
      const isSchool = this.codes[i] === 'in_school';
      const pull =
        from >= 0 && !isState && occupation.family === this.#occupations[from].family ? familyPull : 1;
      return occupation.popularity * tilt * fit * pull * (isSchool ? 4 * schoolByAge[band] : 1);
    });
    const stay = from < 0 ? 0 : this.#stay(from, band);
    const total = row.reduce((sum, weight) => sum + weight, 0);
    // With one occupation there is nowhere to move.
    if (total === 0) return row.fill(1);
    for (let i = 0; i < row.length; i++) row[i] *= (1 - stay) / total;
    if (from >= 0) row[from] = stay;
    return row;
  }

  #stay(from: number, band: 0 | 1 | 2): number {
    const stay = stayByAge[band] + (1 - stayByAge[band]) * 0.8 * this.#occupations[from].loyalty;
    return this.codes[from] === 'in_school' ? stay * schoolByAge[band] : stay;
  }

  #indexOf(code: string): number {
    const index = this.#indexOfCode.get(code);
    if (index === undefined) throw new RangeError(`no occupation ${code} in this market`);
    return index;
  }
}
