import { describe, expect, it } from 'vitest';
import { isTuningPerson, personDraws, splitPeople, splitTuning } from '../../src/evaluation/index.ts';
import { career } from './smallPanel.ts';

const people = Array.from({ length: 2000 }, (_, id) => career(String(id), ['a']));

describe('splits', () => {
  it('takes the tuning people by the last digit of whole numbers only', () => {
    expect(['7', '107', '70', 'x7', '7.7', ''].map(isTuningPerson)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    const { fitting, tuning } = splitTuning(people);
    expect([fitting.length, tuning.length]).toEqual([1800, 200]);
  });

  it('gives everybody to one part, near the shares asked for, and repeats', () => {
    const split = splitPeople(people, { seed: 3 });
    const ids = [split.train, split.validation, split.test].flat().map(({ personId }) => personId);
    expect(new Set(ids).size).toBe(2000);
    expect(Math.abs(split.test.length - 400)).toBeLessThan(60);
    expect(Math.abs(split.validation.length - 200)).toBeLessThan(50);
    expect(splitPeople(people, { seed: 3 })).toEqual(split);
    expect(splitPeople(people, { seed: 4 }).test).not.toEqual(split.test);
  });

  it('moves nobody when people are added', () => {
    const few = splitPeople(people.slice(0, 100), { seed: 3 }).test;
    const many = splitPeople(people, { seed: 3 }).test.filter(({ personId }) => Number(personId) < 100);
    expect(few).toEqual(many);
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
