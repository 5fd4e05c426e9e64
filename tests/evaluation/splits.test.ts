import { describe, expect, it } from 'vitest';
import { populations, type CareerHistory } from '../../src/career/index.ts';
import { personDraws, splitPanel, type PanelSplit } from '../../src/evaluation/index.ts';
import { career } from './smallPanel.ts';

const people = Array.from({ length: 2000 }, (_, id) => career(String(id), ['a']));
const survey = people.map((person) => ({ ...person, population: populations.nlsy97 }));
const ids = (part: readonly CareerHistory[]) => part.map(({ personId }) => personId);
const sizes = ({ fitting, tuning, test }: PanelSplit) => [fitting.length, tuning.length, test.length];

describe('the split of a panel', () => {
  it('gives everybody to one part, near the shares asked for, and repeats', () => {
    const split = splitPanel(people, { seed: 3 });
    const everybody = [split.fitting, split.tuning, split.test].flatMap(ids);
    expect(new Set(everybody).size).toBe(2000);
    expect(everybody).toHaveLength(2000);
    expect(Math.abs(split.test.length - 400)).toBeLessThan(60);
    expect(Math.abs(split.tuning.length - 160)).toBeLessThan(45);
    expect(splitPanel(people, { seed: 3 })).toEqual(split);
    expect(splitPanel(people, { seed: 4 }).test).not.toEqual(split.test);
    expect(splitPanel(people, { seed: 4 }).tuning).not.toEqual(split.tuning);
  });

  it('moves nobody when people are added, and keeps their order', () => {
    const few = splitPanel(people.slice(0, 100), { seed: 3 });
    const many = splitPanel(people, { seed: 3 });
    for (const part of ['fitting', 'tuning', 'test'] as const) {
      expect(ids(few[part])).toEqual(ids(many[part]).filter((id) => Number(id) < 100));
      expect(ids(many[part])).toEqual(ids(many[part]).sort((a, b) => Number(a) - Number(b)));
    }
  });

  it('lets the same people tune whatever the share of test people', () => {
    const without = ids(splitPanel(people, { seed: 3, testShare: 0 }).tuning);
    const withTest = splitPanel(people, { seed: 3, testShare: 0.5 });
    expect(sizes(splitPanel(people, { seed: 3, testShare: 0 }))[2]).toBe(0);
    expect(ids(withTest.tuning)).toEqual(without.filter((id) => !ids(withTest.test).includes(id)));
  });

  it('tests those who are named, and nobody else; the others tune as ever', () => {
    const testPeople = ['5', '17', '1999', 'nobody'];
    const split = splitPanel(people, { seed: 3, testPeople, testShare: 0.5 });
    expect(ids(split.test)).toEqual(['5', '17', '1999']);
    const without = ids(splitPanel(people, { seed: 3, testShare: 0 }).tuning);
    expect(ids(split.tuning)).toEqual(without.filter((id) => !testPeople.includes(id)));
    expect(sizes(splitPanel(people, { seed: 3, testPeople: [] }))[2]).toBe(0);
    const ofSurvey = splitPanel(survey, { seed: 3, testPeople: ['7', '8'] });
    expect(ids(ofSurvey.test)).toEqual(['7', '8']);
    expect(ids(ofSurvey.tuning)).toEqual(ids(survey).filter((id) => id.endsWith('7') && id !== '7'));
  });

  it('lets those of the NLSY97 tune whose id ends in 7, whatever the seed', () => {
    for (const seed of [1, 2]) {
      const { tuning, test } = splitPanel(survey, { seed, testShare: 0 });
      expect(ids(tuning)).toEqual(ids(survey).filter((id) => Number(id) % 10 === 7));
      expect(test).toEqual([]);
    }
    const named = survey.map((person) => ({ ...person, personId: `p${person.personId}` }));
    const { tuning } = splitPanel(named, { seed: 1, testShare: 0 });
    expect(Math.abs(tuning.length - 200)).toBeLessThan(45);
    expect(tuning.some(({ personId }) => !personId.endsWith('7'))).toBe(true);
  });

  it('leaves no part empty where there are people for it', () => {
    for (let seed = 0; seed < 50; seed++) {
      const [, tuning, test] = sizes(splitPanel(people.slice(0, 12), { seed, testShare: 0.1 }));
      expect([tuning > 0, test > 0]).toEqual([true, true]);
    }
    expect(sizes(splitPanel(people.slice(0, 1), { seed: 1, testShare: 0 }))).toEqual([1, 0, 0]);
    expect(sizes(splitPanel([], { seed: 1 }))).toEqual([0, 0, 0]);
  });
});

describe('person draws', () => {
  it('draw as many people as there are, the same for the same seed', () => {
    const draws = [...personDraws(50, 20, 1)];
    for (const times of draws) expect(times.reduce((a, b) => a + b)).toBe(50);
    expect([...personDraws(50, 20, 1)]).toEqual(draws);
    expect(draws[0]).not.toEqual(draws[1]);
  });
});
