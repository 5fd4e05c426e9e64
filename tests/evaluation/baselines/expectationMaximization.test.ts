import { describe, expect, it } from 'vitest';
import { fitWeights } from '../../../src/evaluation/baselines/expectationMaximization.ts';
import { SeededRandom } from '../../../src/platform/index.ts';

const rows = Array.from({ length: 400 }, (_, row) => row);

describe('mixture weights by EM', () => {
  it('never lets the objective fall and ends on weights that sum to 1', () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = new SeededRandom(seed);
      const components = 2 + random.integer(6);
      const probs = Float64Array.from({ length: rows.length * components }, () => random.uniform() ** 3);
      const prior = Float64Array.from({ length: components }, () => 0.5 + 5 * random.uniform());
      const { weights, objective } = fitWeights({ probs, components }, rows, prior, 50);
      expect(objective).toHaveLength(51);
      objective.slice(1).forEach((value, i) => {
        expect(value).toBeGreaterThanOrEqual(objective[i] - 1e-9);
      });
      expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
      expect(Math.min(...weights)).toBeGreaterThan(0);
    }
  });

  it('finds the shares that made the data', () => {
    // Component 0 gives outcome A .9, component 1 gives it .2; outcomes drawn with weights .7 and .3.
    const random = new SeededRandom(5);
    const many = Array.from({ length: 20000 }, (_, row) => row);
    const probs = new Float64Array(2 * many.length);
    for (const row of many) {
      const isA = random.uniform() < (random.uniform() < 0.7 ? 0.9 : 0.2);
      probs.set(isA ? [0.9, 0.2] : [0.1, 0.8], 2 * row);
    }
    const { weights } = fitWeights({ probs, components: 2 }, many, Float64Array.of(1, 1), 300);
    expect(Math.abs(weights[0] - 0.7)).toBeLessThan(0.03);
  });

  it('keeps the prior where nothing was observed', () => {
    const { weights } = fitWeights(
      { probs: new Float64Array(0), components: 2 },
      [],
      Float64Array.of(3, 1),
      5,
    );
    expect([...weights]).toEqual([0.75, 0.25]);
  });
});
