import { describe, expect, it } from 'vitest';
import {
  type CareerHistory,
  optimalPerplexity,
  syntheticCareers,
  SyntheticMarket,
} from '../../src/career/index.ts';
import {
  evaluate,
  packRows,
  type ProbabilityRows,
  rowAt,
  scoreRows,
  StayCalibration,
} from '../../src/evaluation/index.ts';
import type { OccupationList } from '../../src/occupation/index.ts';
import { AppError } from '../../src/platform/index.ts';

const occupations = Array.from({ length: 8 }, (_, i) => ({
  code: String(i + 1),
  title: `Trade number ${i + 1}`,
}));
const market = new SyntheticMarket(3, occupations);
const list: OccupationList = {
  name: 'market',
  occupations: market.codes.map((code) => ({ code, title: `Title of ${code}` })),
};
const careers = (seed: number) => syntheticCareers({ people: 400, seed, market, occupations });

/** The true distributions of the market's people, with log odds of staying three times as large: a model too sure. */
function tooSure(people: readonly CareerHistory[]): ProbabilityRows {
  const rows = people.map(({ sex = '', birthYear = 0, observations }) =>
    Float32Array.from(
      observations.flatMap(({ year, education }, t) => {
        const previous = t === 0 ? null : observations[t - 1].occupationCode;
        const probs = Array.from(market.probabilities(previous, { sex, education, age: year - birthYear }));
        const state = market.codes.indexOf(previous ?? '');
        if (state < 0) return probs;
        const odds = (probs[state] / (1 - probs[state])) ** 3;
        const stay = odds / (1 + odds);
        return probs.map((prob, j) => (j === state ? stay : (prob * (1 - stay)) / (1 - probs[state])));
      }),
    ),
  );
  return packRows(rows, market.codes.length);
}

const [tuning, others] = [careers(1), careers(2)];
const calibration = StayCalibration.fit(tuning, scoreRows(tuning, list, tooSure(tuning)));
const raw = tooSure(others);
const corrected = calibration.rows(others, list, raw);
const reportOf = (rows: ProbabilityRows) => evaluate(others, scoreRows(others, list, rows), { draws: 0 });

describe('calibration of staying', () => {
  it('takes back what a model is too sure of, on other people', () => {
    const [before, after] = [reportOf(raw), reportOf(corrected)];
    expect(before.moveEce).toBeGreaterThan(0.1);
    expect(after.moveEce).toBeLessThan(0.02);
    expect(after.perplexity).toBeLessThan(1.01 * optimalPerplexity(others, market));
    expect(after.perplexity).toBeLessThan(before.perplexity ?? NaN);
  });

  it('never turns the order of two probabilities round', () => {
    const probs = Array.from({ length: 999 }, (_, i) => calibration.stayProb((i + 1) / 1000));
    probs.forEach((prob, i) => {
      expect(prob).toBeGreaterThanOrEqual(probs[i - 1] ?? 0);
      expect(prob).toBeLessThan(1);
    });
    expect([0, 1].map((sure) => calibration.stayProb(sure))).toEqual([0, 1]);
  });

  it('keeps sums, first observations and the proportions of the others', () => {
    for (let row = 0; row < corrected.offsets[20]; row++)
      expect(rowAt(corrected, row).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    expect(rowAt(corrected, 0)).toEqual(rowAt(raw, 0));
    const probs = Float64Array.of(0.5, 0.3, 0.2);
    calibration.correct(probs, 0);
    expect(probs[0]).toBe(calibration.stayProb(0.5));
    expect(probs[1] / probs[2]).toBeCloseTo(1.5, 12);
    calibration.correct(probs, undefined);
    expect(probs.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });

  it('corrects scores as it corrects distributions', () => {
    const whole = scoreRows(others, list, corrected);
    const bare = scoreRows(others, list, raw).map((score, p) => calibration.score(others[p], score));
    for (const key of ['logProbs', 'stayLogProbs', 'notWorkingLogProbs'] as const)
      for (const p of [0, 1, 2, 3, 4])
        bare[p][key]?.forEach((logProb, t) => {
          if (Number.isNaN(logProb)) expect(whole[p][key][t]).toBeNaN();
          else expect(logProb).toBeCloseTo(whole[p][key][t], 4);
        });
    expect(bare[0].ranks).toBeUndefined();
  });

  it('changes nothing without anybody to learn from, and comes back from its file', () => {
    expect(StayCalibration.fit([], []).stayProb(0.3)).toBe(0.3);
    const file = calibration.toFile();
    expect(StayCalibration.fromFile(structuredClone(file)).stayProb(0.7)).toBe(calibration.stayProb(0.7));
    expect(() => StayCalibration.fromFile({ ...file, version: 2 as 1 })).toThrow(AppError);
  });
});
