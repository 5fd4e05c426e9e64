import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { importCareers, type CareerHistory } from '../../src/career/index.ts';
import { occupationListByFrequency, recodeCareers } from '../../src/occupation/index.ts';
import { OccupationIndex } from '../fixtures/occupationIndex.ts';

function person(personId: string, ...jobs: (string | [code: string, title: string])[]): CareerHistory {
  return {
    personId,
    population: 'p',
    observations: jobs.map((job, t) => ({
      year: 2000 + t,
      education: null,
      occupationCode: typeof job === 'string' ? null : job[0],
      title: typeof job === 'string' ? job : job[1],
    })),
  };
}

const people = [
  person('1', 'Private practice', 'private practice', 'Law clerk'),
  person('2', 'Private Practice.', 'Judge', 'Judge'),
  person('3', 'Private practice', 'Judge', 'U.S. Navy'),
  person('4', 'Law clerk', 'Beekeeper', 'Beekeeper'),
];

describe('an occupation list of a panel’s own titles', () => {
  const frequency = occupationListByFrequency(people, { minimumPeople: 2 });

  it('has the titles of so many people or more, as most write them, the most widespread first', () => {
    expect(frequency.list.occupations).toEqual([
      { code: 'private practice', title: 'Private practice' },
      { code: 'judge', title: 'Judge' },
      { code: 'law clerk', title: 'Law clerk' },
      { code: 'other', title: 'Other occupation' },
    ]);
    expect(frequency.rare).toEqual({ titles: 2, people: 2, observations: 3 });
    expect(occupationListByFrequency([...people].reverse(), { minimumPeople: 2 })).toEqual(frequency);
  });

  it('codes every observation, rare ones as the pooled outcome in their own words', () => {
    const [first, , , last] = recodeCareers(people, frequency);
    expect(first.observations.map(({ occupationCode, title }) => [occupationCode, title])).toEqual([
      ['private practice', 'Private practice'],
      ['private practice', 'Private practice'],
      ['law clerk', 'Law clerk'],
    ]);
    expect(last.observations[1]).toMatchObject({ occupationCode: 'other', title: 'Beekeeper' });
  });

  it('leaves rare titles out where asked to, with the count', () => {
    const without = occupationListByFrequency(people, { minimumPeople: 2, rare: 'leave-out' });
    expect(without.list.occupations).toHaveLength(3);
    expect([without.pooled, without.rare]).toEqual([null, frequency.rare]);
    const index = new OccupationIndex(without.list);
    const steps = recodeCareers(people, without).flatMap(({ observations }) => observations);
    expect(steps.filter((step) => index.ofStep(step) < 0).map(({ title }) => title)).toEqual([
      'U.S. Navy',
      'Beekeeper',
      'Beekeeper',
    ]);
  });

  it('pools nothing where nothing is rare, and everything where all is', () => {
    expect(occupationListByFrequency(people, { minimumPeople: 1 }).pooled).toBeNull();
    const none = occupationListByFrequency(people, { minimumPeople: 5 });
    expect(none.list.occupations).toEqual([{ code: 'other', title: 'Other occupation' }]);
    expect(none.rare.observations).toBe(12);
  });

  it('keeps codes that belong to one title, and never gives one code or title twice', () => {
    const coded = [
      person('1', ['1', 'Group 1'], ['2', 'Group 2'], ['7', 'A'], ['7', 'B'], 'other', 'Other occupation'),
      person('2', ['1', 'Group 1'], ['2', 'Group 2'], ['a', 'C'], ['9', 'D'], ['8', 'D'], '#', '+'),
    ];
    const { occupations } = occupationListByFrequency(coded, { minimumPeople: 1 }).list;
    const codes = new Map(occupations.map(({ code, title }) => [title, code]));
    expect([codes.get('Group 1'), codes.get('Group 2'), codes.get('D')]).toEqual(['1', '2', 'd']);
    expect(new Set(codes.values()).size).toBe(occupations.length);
    expect(codes.size).toBe(occupations.length);
    expect([codes.has('#'), codes.has('+'), codes.get('A')]).toEqual([true, true, 'a (title)']);
  });
});

const judges = '../shared/data/other-careers/federal_judges.csv.gz';

describe.skipIf(!existsSync(judges))('federal judges (needs ../shared/data)', () => {
  it('become careers of one job a start year, and a list that covers most of them', () => {
    const content = gunzipSync(readFileSync(judges));
    const { careers } = importCareers({ content }, { presentYear: 2024, jobs: 'at-start' });
    const frequency = occupationListByFrequency(careers, { minimumPeople: 25 });
    const steps = recodeCareers(careers, frequency).flatMap(({ observations }) => observations);
    const index = new OccupationIndex(frequency.list);
    expect(careers.length).toBeGreaterThan(2900);
    expect(steps.every((step) => index.ofStep(step) >= 0)).toBe(true);
    const pooled = steps.filter(({ occupationCode }) => occupationCode === 'other').length;
    expect(pooled).toBe(frequency.rare.observations);
    expect(pooled / steps.length).toBeLessThan(0.4);
  });
});
