import { describe, expect, it } from 'vitest';
import { splitPanel, syntheticPanel } from '../../../src/evaluation/index.ts';
import { armPanel, drawnPanel, otherPeople } from '../../../src/workbench/experiments/armPeople.ts';
import type { OpenPanel } from '../../../src/predictors/models.ts';

function opened(id: string, seed: number, size = 100): OpenPanel {
  const { careers, list } = syntheticPanel({ people: size, seed, occupations: 6 });
  const people = splitPanel(careers, { seed: 1 });
  const count = (part: typeof careers) => ({
    people: part.length,
    observations: part.reduce((sum, { observations }) => sum + observations.length, 0),
  });
  return {
    people,
    mayBeStored: true,
    row: {
      id,
      name: id,
      people: careers.length,
      observations: count(careers).observations,
      years: null,
      split: { seed: 1 },
      parts: { fitting: count(people.fitting), tuning: count(people.tuning), test: count(people.test) },
      list: { list, pooled: null },
      bytes: 0,
      isSynthetic: true,
      optimum: null,
      addedAt: 0,
    },
  };
}

const panel = opened('own', 1);
const other = opened('other', 2);
const ids = (people: readonly { personId: string }[]) => people.map(({ personId }) => personId);

describe('drawnPanel', () => {
  it('keeps proportions, and who takes part in a small one takes part in a larger one', () => {
    const small = drawnPanel(panel, { people: 20, seed: 5 });
    const large = drawnPanel(panel, { people: 60, seed: 5 });
    for (const part of ['fitting', 'tuning', 'test'] as const) {
      const share = panel.people[part].length / 100;
      expect(Math.abs(large.people[part].length - 60 * share)).toBeLessThanOrEqual(0.5);
      expect(ids(large.people[part])).toEqual(expect.arrayContaining(ids(small.people[part])));
      expect(small.row.parts[part].people).toBe(small.people[part].length);
    }
    expect(ids(drawnPanel(panel, { people: 20, seed: 6 }).people.fitting)).not.toEqual(
      ids(small.people.fitting),
    );
  });

  it('is the panel itself where everybody takes part, and is never stored as it where not', () => {
    expect(drawnPanel(panel, { people: 100, seed: 5 })).toBe(panel);
    const small = drawnPanel(panel, { people: 20, seed: 5 });
    expect(small.mayBeStored).toBe(false);
    expect(small.row.id).not.toBe(panel.row.id);
  });
});

describe('people of another population', () => {
  it('are nobody whom its own split tests, and larger shares hold the smaller ones', () => {
    const all = otherPeople(other, panel, { seed: 3 });
    expect(ids(all).sort()).toEqual(ids([...other.people.fitting, ...other.people.tuning]).sort());
    const quarter = armPanel(panel, all, { otherShare: 0.25 }, 3).people.fitting;
    const whole = armPanel(panel, all, { otherShare: 1 }, 3).people;
    expect(quarter.length).toBe(panel.people.fitting.length + Math.round(all.length / 4));
    expect(ids(whole.fitting)).toEqual(expect.arrayContaining(ids(quarter)));
    expect(whole.tuning).toEqual(panel.people.tuning);
    expect(whole.test).toEqual(panel.people.test);
  });

  it('are told in terms of the panel’s list where theirs is another', () => {
    const titles = new Set(panel.row.list.list.occupations.map(({ title }) => title));
    const joined = otherPeople(other, panel, { seed: 3 });
    for (const { occupationCode, title } of joined.flatMap(({ observations }) => observations))
      expect(occupationCode !== null).toBe(titles.has(title));
  });
});

describe('armPanel', () => {
  it('is the panel itself where nothing is hidden', () => {
    expect(armPanel(panel, [], {}, 3)).toBe(panel);
    expect(armPanel(panel, [], { shown: { demographics: true } }, 3)).toBe(panel);
  });

  it('lets fewer learn, the same ones where more do, and measures on the same people', () => {
    const few = armPanel(panel, [], { fittingShare: 0.125 }, 3).people;
    const many = armPanel(panel, [], { fittingShare: 0.5 }, 3).people;
    expect(few.fitting.length).toBe(Math.round(panel.people.fitting.length / 8));
    expect(ids(many.fitting)).toEqual(expect.arrayContaining(ids(few.fitting)));
    expect(ids(armPanel(panel, [], { fittingShare: 0.5 }, 4).people.fitting)).not.toEqual(ids(many.fitting));
    expect([few.tuning, few.test]).toEqual([panel.people.tuning, panel.people.test]);
    expect(armPanel(panel, [], { fittingShare: 1 }, 3)).toBe(panel);
  });

  it('hides demographics and birth year of everybody, and nothing else', () => {
    const { people } = armPanel(panel, [], { shown: { demographics: false } }, 3);
    for (const part of [people.fitting, people.tuning, people.test])
      for (const person of part) {
        expect([person.sex, person.raceEthnicity, person.region]).toEqual([undefined, undefined, undefined]);
        expect(person.observations.every(({ region }) => region === undefined)).toBe(true);
        expect(person.birthYear).toBeGreaterThan(1900);
      }
    const [first] = armPanel(panel, [], { shown: { birthYear: false } }, 3).people.test;
    expect(first.birthYear).toBeUndefined();
    expect(first.sex).toBe(panel.people.test[0].sex);
  });

  it('writes codes for titles, in careers and list alike', () => {
    const coded = armPanel(panel, [], { shown: { titles: 'codes' } }, 3);
    const titles = new Map(coded.row.list.list.occupations.map(({ code, title }) => [code, title]));
    expect(new Set(titles.values()).size).toBe(titles.size);
    expect(titles.get('not_working')).toBe('job_992');
    for (const { occupationCode, title } of coded.people.test.flatMap(({ observations }) => observations)) {
      expect(title).toMatch(/^job_\d+$/);
      expect(title).toBe(titles.get(occupationCode ?? ''));
    }
  });

  it('numbers codes that are words themselves', () => {
    const list = {
      name: 'own',
      occupations: [
        { code: 'beekeeper', title: 'Beekeeper' },
        { code: 'dragon tamer', title: 'Dragon tamer' },
      ],
    };
    const own = { ...panel, row: { ...panel.row, list: { list, pooled: null } } };
    const coded = armPanel(own, [], { shown: { titles: 'codes' } }, 3);
    expect(coded.row.list.list.occupations.map(({ title }) => title)).toEqual(['job_1001', 'job_1002']);
    expect(coded.people.test[0].observations[0].title).toBe('job_unlisted');
  });
});
