import { describe, expect, it } from 'vitest';
import { fitBaseline, packRows, rowAt, scoreRows } from '../../src/evaluation/index.ts';
import { AppError } from '../../src/platform/index.ts';
import { career, randomPanel, smallList } from './smallPanel.ts';

const panel = randomPanel(60, 4);
const mixture = fitBaseline('simple-mixture', randomPanel(200, 5), smallList);
const rows = mixture.rows(panel);

describe('rows of probabilities', () => {
  it('hold one distribution for each observation, each summing to 1', () => {
    const observations = panel.reduce((sum, person) => sum + person.observations.length, 0);
    expect(rows.probs).toHaveLength(observations * 5);
    expect(rows.offsets[60]).toBe(observations);
    for (let row = 0; row < observations; row++)
      expect(rowAt(rows, row).reduce((sum, prob) => sum + prob, 0)).toBeCloseTo(1, 6);
  });

  it('score as the model that gave them does', () => {
    scoreRows(panel, smallList, rows).forEach((score, p) => {
      const own = mixture.scoreCareer(panel[p]);
      expect(score.personId).toBe(own.personId);
      expect(score.ranks).toEqual(own.ranks);
      for (const key of ['logProbs', 'stayLogProbs', 'notWorkingLogProbs', 'topProbs'] as const)
        score[key].forEach((value, t) => {
          if (Number.isNaN(own[key][t])) expect(value).toBeNaN();
          else expect(value).toBeCloseTo(own[key][t], 6);
        });
    });
  });

  it('know nothing of what is outside the list, and break ties in its order', () => {
    const people = [career('1', ['b', null, 'c'])];
    const even = packRows([new Float32Array(15).fill(0.2)], 5);
    const [score] = scoreRows(people, smallList, even);
    expect(score.ranks).toEqual(Int32Array.of(2, 0, 3));
    expect(score.logProbs[1]).toBeNaN();
    expect([...score.stayLogProbs].map(Number.isNaN)).toEqual([true, false, true]);
  });

  it('refuse other people, other lists and broken rows', () => {
    expect(() => scoreRows(panel.slice(1), smallList, rows)).toThrow(AppError);
    expect(() => scoreRows(panel, { ...smallList, occupations: [] }, rows)).toThrow(AppError);
    expect(() => packRows([new Float32Array(7)], 5)).toThrow(AppError);
  });
});
