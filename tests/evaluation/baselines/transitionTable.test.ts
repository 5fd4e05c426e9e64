import { describe, expect, it } from 'vitest';
import {
  fitTransitions,
  fromTransitionFile,
  toTransitionFile,
  type TransitionFile,
  transitionRow,
} from '../../../src/evaluation/index.ts';
import { AppError } from '../../../src/platform/index.ts';
import { career, smallList } from '../smallPanel.ts';

const repeat = (count: number, codes: string[], label: string) =>
  Array.from({ length: count }, (_, i) => career(`${label}${i}`, codes));

// 34 people go a → b, 9 people a → c, 9 people start in c. One person's many years count as one person.
const panel = [
  ...repeat(34, ['a', 'b'], 'ab'),
  ...repeat(9, ['a', 'c'], 'ac'),
  ...repeat(9, ['c', 'a'], 'ca'),
  career('long', ['not_working', ...Array.from({ length: 40 }, () => 'not_working')]),
];
const table = fitTransitions(panel, smallList);

describe('transition row', () => {
  it('shows where people went, with rounded numbers of people', () => {
    const row = transitionRow(table, 'a');
    expect(row?.people).toBe(40);
    expect(row?.destinations).toEqual([
      { code: 'b', title: 'Title b', probability: row?.probabilities[1], people: 30 },
    ]);
    expect(row?.probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(row?.probabilities[1]).toBeGreaterThan(0.7);
    expect(Math.min(...(row?.probabilities ?? []))).toBeGreaterThan(0);
  });

  it('says nothing where fewer than ten people speak', () => {
    expect(transitionRow(table, 'c')).toBeNull();
    expect(transitionRow(table, 'not_working')).toBeNull();
    expect(transitionRow(table, 'in_school')).toBeNull();
    expect(transitionRow(table, 'unheard of')).toBeNull();
  });

  it('comes back from JSON, which holds no number of people below ten', () => {
    const file = JSON.parse(JSON.stringify(toTransitionFile(table))) as TransitionFile;
    expect(file.people).toEqual([[0, 40, 1, 30]]);
    const row = transitionRow(fromTransitionFile(file, smallList), 'a');
    const original = transitionRow(table, 'a');
    row?.probabilities.forEach((prob, j) => {
      expect(Math.abs(prob - (original?.probabilities[j] ?? NaN))).toBeLessThan(1e-4);
    });
    expect(() => fromTransitionFile({ ...file, states: 4 }, smallList)).toThrow(AppError);
  });
});
