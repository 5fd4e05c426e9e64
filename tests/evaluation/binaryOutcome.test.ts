import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auc, binaryOutcome, OutcomeSums } from '../../src/evaluation/index.ts';

/** Over all pairs of a true and a false entry: how often the true one is ahead, ties half. */
function bruteForceAuc(entries: readonly { prob: number; isTrue: boolean; times: number }[]): number {
  let wins = 0;
  let pairs = 0;
  for (const yes of entries.filter(({ isTrue }) => isTrue)) {
    for (const no of entries.filter(({ isTrue }) => !isTrue)) {
      pairs += yes.times * no.times;
      wins += yes.times * no.times * (yes.prob > no.prob ? 1 : yes.prob === no.prob ? 0.5 : 0);
    }
  }
  return wins / pairs;
}

const entry = fc.record({
  prob: fc.integer({ min: 0, max: 8 }).map((eighth) => eighth / 8),
  isTrue: fc.boolean(),
  times: fc.integer({ min: 0, max: 3 }),
});

const outcomeOf = (entries: readonly { prob: number; isTrue: boolean }[]) =>
  binaryOutcome(
    Float64Array.from(entries, ({ prob }) => prob),
    Uint8Array.from(entries, ({ isTrue }) => Number(isTrue)),
  );

describe('auc', () => {
  it('equals brute force over all pairs, with ties and weights', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), (entries) => {
        const expected = bruteForceAuc(entries);
        const outcome = outcomeOf(entries);
        const measured = auc(
          outcome,
          Array.from(outcome.rows, (row) => entries[row].times),
        );
        if (Number.isNaN(expected)) expect(measured).toBeNaN();
        else expect(measured).toBeCloseTo(expected, 12);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it('leaves unknown probabilities out and sorts the others', () => {
    const outcome = binaryOutcome(Float64Array.of(0.9, NaN, 0.1), Uint8Array.of(1, 1, 0));
    expect(outcome.rows).toEqual(Int32Array.of(2, 0));
    expect(outcome.isTrue).toEqual(Uint8Array.of(0, 1));
    expect(auc(outcome)).toBe(1);
  });
});

const sumsOf = (...entries: readonly [prob: number, isTrue: number][]) => {
  const sums = new OutcomeSums();
  for (const [prob, isTrue] of entries) sums.add(prob, isTrue);
  return sums;
};

describe('losses', () => {
  it('agree with hand values, unknown probabilities left out', () => {
    const sums = sumsOf([0.9, 1], [0.2, 0], [NaN, 1], [1, 1]);
    expect(sums.logLoss).toBeCloseTo(-Math.log(0.9 * 0.8) / 3, 12);
    expect(sums.brierScore).toBeCloseTo((0.01 + 0.04) / 3, 12);
  });

  it('stay finite after a sure miss', () => {
    expect(sumsOf([1, 0]).logLoss).toBeCloseTo(-Math.log(1e-12), 6);
  });
});

describe('calibration', () => {
  it('bins by equal width, with 1 in the last bin', () => {
    const sums = sumsOf([0.05, 0], [0.15, 1], [0.12, 0], [1, 1]);
    const bins = sums.reliability();
    expect(bins.map(({ lower, count }) => [lower, count])).toEqual([
      [0, 1],
      [0.1, 2],
      [0.9, 1],
    ]);
    expect(bins[1].meanProbability).toBeCloseTo(0.135, 12);
    expect(bins[1].observedShare).toBe(0.5);
    expect(sums.calibrationError).toBeCloseTo((0.05 + 2 * 0.365 + 0) / 4, 12);
  });
});
