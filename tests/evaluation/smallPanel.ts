import type { CareerHistory } from '../../src/career/index.ts';
import type { OccupationList } from '../../src/occupation/index.ts';
import { SeededRandom } from '../../src/platform/index.ts';

/** Three jobs and the two states that are none. */
export const smallList: OccupationList = {
  name: 'small',
  occupations: ['a', 'b', 'c', 'in_school', 'not_working'].map((code) => ({ code, title: `Title ${code}` })),
};

/** A career with one observation a year from 2000, aged 20 at its start. */
export function career(
  personId: string,
  codes: readonly (string | null)[],
  facts: Partial<CareerHistory> = {},
): CareerHistory {
  return {
    personId,
    population: 'synthetic dataset',
    birthYear: 1980,
    ...facts,
    observations: codes.map((occupationCode, t) => ({
      year: 2000 + t,
      education: 'high school diploma or GED',
      occupationCode,
      title: `Title ${occupationCode ?? 'of its own'}`,
    })),
  };
}

/** People who repeat their state with probability 0.6 and else move by a rule that depends on sex and the last state. */
export function randomPanel(people: number, seed: number): CareerHistory[] {
  const random = new SeededRandom(seed);
  return Array.from({ length: people }, (_, person) => {
    const sex = random.uniform() < 0.5 ? 'female' : 'male';
    const codes: string[] = ['in_school'];
    const length = 2 + random.integer(12);
    while (codes.length < length) {
      const last = codes[codes.length - 1];
      const draw = random.uniform();
      const preferred = sex === 'female' ? 'a' : last === 'a' ? 'b' : 'c';
      codes.push(draw < 0.6 ? last : draw < 0.85 ? preferred : smallList.occupations[random.integer(5)].code);
    }
    return career(String(person), codes, { sex });
  });
}
