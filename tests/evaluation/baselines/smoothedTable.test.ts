import { describe, expect, it } from 'vitest';
import { stepEncoder } from '../../../src/evaluation/baselines/careerStep.ts';
import type { TrainingSteps } from '../../../src/evaluation/baselines/component.ts';
import { OwnHistory } from '../../../src/evaluation/baselines/ownHistory.ts';
import { SmoothedTable } from '../../../src/evaluation/baselines/smoothedTable.ts';
import { career, smallList } from '../smallPanel.ts';

const encode = stepEncoder(smallList, { education: [], sex: [] });
const people = [career('1', ['a', 'a', 'b']), career('2', ['a', 'b']), career('3', ['c', 'b'])];

function later(): TrainingSteps {
  const careers = people.map((person) => encode(person).slice(1));
  const steps = careers.flat();
  return {
    steps,
    states: Int32Array.from(steps, ({ states, position }) => states[position]),
    person: Int32Array.from(careers.flatMap((each, person) => each.map(() => person))),
    stateCount: 5,
  };
}

const afterA = encode(career('9', ['a', 'x']))[1];
const afterC = encode(career('9', ['c', 'x']))[1];
const afterSchool = encode(career('9', ['in_school', 'x']))[1];

describe('smoothed table', () => {
  // Later states: a after a, b after a (twice), b after c.
  const table = SmoothedTable.fit(
    [
      { features: [], strength: 1, discount: 0 },
      { features: ['previous'], strength: 60, discount: 0 },
    ],
    later(),
  );
  const unigram = { a: (1 + 0.2) / 5, b: (3 + 0.2) / 5, c: 0.2 / 5 };

  it('agrees with Dirichlet smoothing by hand', () => {
    expect(table.at(afterA, 0)).toBeCloseTo((1 + 60 * unigram.a) / 63, 12);
    expect(table.at(afterA, 1)).toBeCloseTo((2 + 60 * unigram.b) / 63, 12);
    expect(table.at(afterC, 1)).toBeCloseTo((1 + 60 * unigram.b) / 61, 12);
    expect(table.at(afterC, 2)).toBeCloseTo((60 * unigram.c) / 61, 12);
  });

  it('passes over cells that training never saw', () => {
    expect(table.at(afterSchool, 1)).toBeCloseTo(unigram.b, 12);
    expect([afterA, afterC, afterSchool].map((step) => table.knows(step))).toEqual([true, true, false]);
  });

  it('gives what a discount takes to the coarser distribution', () => {
    const discounted = SmoothedTable.fit([{ features: [], strength: 1, discount: 0.5 }], later());
    expect(discounted.at(afterA, 0)).toBeCloseTo((0.5 + (1 + 2 * 0.5) * 0.2) / 5, 12);
    expect(discounted.at(afterA, 4)).toBeCloseTo(0.4 / 5, 12);
  });

  it('leaves out cells with too few people, counted as people and not as years', () => {
    const pruned = SmoothedTable.fit(table.levels, later(), 2);
    expect([afterA, afterC].map((step) => pruned.knows(step))).toEqual([true, false]);
  });

  it('fills what it gives one by one', () => {
    const probs = new Float64Array(5);
    table.fill(afterA, probs);
    probs.forEach((prob, state) => {
      expect(prob).toBeCloseTo(table.at(afterA, state), 14);
    });
    expect(probs.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });
});

describe('own history', () => {
  const step = encode(career('9', ['a', 'b', 'b', 'x']))[3];

  it('weighs recent years more', () => {
    const half = new OwnHistory(0.5, 5);
    expect(half.at(step, 1)).toBeCloseTo(1.5 / 1.75, 12);
    expect(half.at(step, 0)).toBeCloseTo(0.25 / 1.75, 12);
  });

  it('is "stay" without memory and a count with a perfect one', () => {
    expect(new OwnHistory(0, 5).at(step, 1)).toBe(1);
    expect(new OwnHistory(1, 5).at(step, 1)).toBeCloseTo(2 / 3, 12);
  });

  it('spreads what was outside the list', () => {
    const probs = new Float64Array(5);
    new OwnHistory(1, 5).fill(encode(career('9', [null, 'a', 'x']))[2], probs);
    expect(probs[0]).toBeCloseTo(0.6, 12);
    expect(probs[1]).toBeCloseTo(0.1, 12);
  });
});
