import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  auc,
  binaryOutcome,
  brierScore,
  expectedCalibrationError,
  logLoss,
  reliabilityBins,
  topAccuracy,
} from '../../src/evaluation/index.ts';

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
        const weights = entries.map(({ times }) => times);
        const expected = bruteForceAuc(entries);
        const measured = auc(outcomeOf(entries), weights);
        if (Number.isNaN(expected)) expect(measured).toBeNaN();
        else expect(measured).toBeCloseTo(expected, 12);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  it('leaves unknown probabilities out', () => {
    const outcome = binaryOutcome(Float64Array.of(0.9, NaN, 0.1), Uint8Array.of(1, 1, 0));
    expect(outcome.rows).toEqual(Int32Array.of(0, 2));
    expect(auc(outcome)).toBe(1);
  });
});

describe('losses', () => {
  const outcome = binaryOutcome(Float64Array.of(0.9, 0.2, 1), Uint8Array.of(1, 0, 1));

  it('agree with hand values', () => {
    expect(logLoss(outcome)).toBeCloseTo(-Math.log(0.9 * 0.8) / 3, 12);
    expect(brierScore(outcome)).toBeCloseTo((0.01 + 0.04) / 3, 12);
  });

  it('stay finite after a sure miss', () => {
    expect(logLoss(binaryOutcome(Float64Array.of(1), Uint8Array.of(0)))).toBeCloseTo(-Math.log(1e-12), 6);
  });
});

describe('calibration', () => {
  it('bins by equal width, with 1 in the last bin', () => {
    const bins = reliabilityBins(
      binaryOutcome(Float64Array.of(0.05, 0.15, 0.12, 1), Uint8Array.of(0, 1, 0, 1)),
    );
    expect(bins.map(({ count }) => count)).toEqual([1, 2, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect(bins[1].meanProbability).toBeCloseTo(0.135, 12);
    expect(bins[1].observedShare).toBe(0.5);
    expect(expectedCalibrationError(bins)).toBeCloseTo((0.05 + 2 * 0.365 + 0) / 4, 12);
  });
});

describe('top-k accuracy', () => {
  it('counts ranks up to k among the known', () => {
    const ranks = [1, 3, 10, NaN];
    expect([1, 3, 10].map((k) => topAccuracy(ranks, k))).toEqual([1 / 3, 2 / 3, 1]);
  });
});
