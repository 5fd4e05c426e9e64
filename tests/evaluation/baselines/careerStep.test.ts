import { describe, expect, it } from 'vitest';
import { stepEncoder, stepWords } from '../../../src/evaluation/baselines/careerStep.ts';
import { cellKey } from '../../../src/evaluation/baselines/features.ts';
import { career, smallList } from '../smallPanel.ts';

const person = career('1', ['in_school', 'a', 'a', 'not_working', 'b'], { sex: 'female' });
const encode = stepEncoder(smallList, stepWords([person]));
const [none, outside] = [6, 5];

describe('career steps', () => {
  it('hold only what came before', () => {
    const steps = encode(person);
    expect(steps.map(({ previous }) => previous)).toEqual([none, 3, 0, 0, 4]);
    expect(steps.map(({ lastDifferent }) => lastDifferent)).toEqual([none, none, 3, 3, 0]);
    expect(steps.map(({ lastJob }) => lastJob)).toEqual([none, none, 0, 0, 0]);
    expect(steps.map(({ runLength }) => runLength)).toEqual([0, 1, 1, 2, 1]);
    expect(steps.map(({ previousKind }) => previousKind)).toEqual([
      'job',
      'in_school',
      'job',
      'job',
      'not_working',
    ]);
    expect(steps.map(({ age }) => age)).toEqual([20, 21, 22, 23, 24]);
    expect(steps[0]).toMatchObject({ sex: 1, education: 1, gapYears: 0 });
  });

  it('gives the step to come its own year and education', () => {
    const next = encode(person, { year: 2010, education: 'unheard of' }).at(-1);
    expect(next).toMatchObject({ position: 5, previous: 1, gapYears: 6, age: 30, education: 0 });
  });

  it('marks occupations outside the list and unknown facts', () => {
    const [first, second] = encode({ ...career('2', [null, 'zzz']), birthYear: undefined });
    expect([...first.states]).toEqual([outside, outside]);
    expect(second).toMatchObject({ previous: outside, age: null, sex: 0 });
  });
});

describe('cell keys', () => {
  it('tell different cells apart and refuse too many features', () => {
    const keyOf = cellKey(['previous', 'ageBand', 'education', 'sex', 'gap']);
    const steps = [person, career('2', ['b', 'b', 'b', 'a'])].flatMap((each) => encode(each));
    const facts = (step: (typeof steps)[number]) =>
      JSON.stringify([step.previous, cellKey(['ageBand'])(step), step.education, step.sex]);
    expect(new Set(steps.map(keyOf)).size).toBe(new Set(steps.map(facts)).size);
    expect(() => cellKey(['previous', 'lastJob', 'ageBand', 'education', 'sex', 'gap'])).toThrow(RangeError);
  });
});
