import { describe, expect, it } from 'vitest';
import {
  contextExamples,
  joinText,
  recentWindows,
  shownCareer,
  syntheticCareers,
  SyntheticMarket,
  textify,
} from '../../src/career/index.ts';

const occupations = Array.from({ length: 5 }, (_, i) => ({ code: String(i), title: `Trade number ${i}` }));
const market = new SyntheticMarket(1, occupations);
const people = syntheticCareers({ people: 30, seed: 1, market, occupations });
const [person] = people;

describe('a career with facts left out', () => {
  it('reads like the template that leaves them out', () => {
    for (const facts of [
      {},
      { demographics: false },
      { birthYear: false },
      { demographics: false, birthYear: false },
    ])
      expect(joinText(textify(shownCareer(person, facts), { regionOnEachLine: true }))).toBe(
        joinText(textify(person, { ...facts, regionOnEachLine: true })),
      );
  });

  it('is a copy', () => {
    const before = structuredClone(person);
    shownCareer(person, { demographics: false, birthYear: false });
    expect(person).toEqual(before);
  });
});

describe('recent windows', () => {
  it('end with each observation and hold at most k before it', () => {
    const windows = recentWindows(person, 2);
    expect(windows).toHaveLength(person.observations.length);
    windows.forEach(({ personId, observations }, t) => {
      expect(personId).toBe(person.personId);
      expect(observations.at(-1)).toBe(person.observations[t]);
      expect(observations).toHaveLength(Math.min(t, 2) + 1);
    });
    expect(recentWindows(person).at(-1)).toEqual(person);
  });
});

describe('examples in context', () => {
  it('are other people, each once, and the same for the same seed', () => {
    const chosen = contextExamples(people, person.personId, { count: 8, seed: 3 });
    expect(new Set(chosen.map(({ personId }) => personId)).size).toBe(8);
    expect(chosen).not.toContain(person);
    expect(contextExamples(people, person.personId, { count: 8, seed: 3 })).toEqual(chosen);
    expect(contextExamples(people, person.personId, { count: 8, seed: 4 })).not.toEqual(chosen);
    expect(contextExamples(people, 'S2', { count: 8, seed: 3 })).not.toEqual(chosen);
    expect(contextExamples(people, person.personId, { count: 99, seed: 3 })).toHaveLength(29);
  });
});
