import { describe, expect, it } from 'vitest';
import { evaluate, kindsOf, pairedDifference, type ScoredCareer } from '../../src/evaluation/index.ts';
import { AppError } from '../../src/platform/index.ts';
import { career } from './smallPanel.ts';

const ln = (...probs: number[]) => Float64Array.from(probs, Math.log);

const panel = [career('1', ['a', 'a', 'b', 'a', 'not_working']), career('2', ['b', 'b'])];
const scores: ScoredCareer[] = [
  {
    personId: '1',
    logProbs: ln(0.5, 0.8, 0.1, 0.25, 0.2),
    stayLogProbs: ln(NaN, 0.8, 0.6, 0.5, 0.4),
    notWorkingLogProbs: ln(0.1, 0.1, 0.1, 0.1, 0.2),
    ranks: Int32Array.of(1, 1, 4, 2, 3),
    topProbs: Float64Array.of(0.5, 0.8, 0.6, 0.5, 0.4),
  },
  {
    personId: '2',
    logProbs: ln(0.4, 0.9),
    stayLogProbs: ln(NaN, 0.9),
    notWorkingLogProbs: ln(0.05, 0.05),
    ranks: Int32Array.of(1, 1),
    topProbs: Float64Array.of(0.4, 0.9),
  },
];

describe('kinds of observations', () => {
  it('tells stays, returns and new states apart', () => {
    expect(kindsOf(panel[0])).toEqual(['first', 'stay', 'new', 'return', 'new']);
  });

  it('knows titles outside the list by their words', () => {
    expect(kindsOf(career('1', [null, null, 'a', null]))).toEqual(['first', 'stay', 'new', 'return']);
  });
});

describe('evaluate', () => {
  const report = evaluate(panel, scores, { draws: 50 });

  it('agrees with perplexities by hand', () => {
    const byHand = (...probs: number[]) => probs.reduce((a, b) => a * b) ** (-1 / probs.length);
    expect(report.perplexity).toBeCloseTo(byHand(0.5, 0.8, 0.1, 0.25, 0.2, 0.4, 0.9), 12);
    expect(report.perplexityLaterObservations).toBeCloseTo(byHand(0.8, 0.1, 0.25, 0.2, 0.9), 12);
    expect(report.first).toBeCloseTo(byHand(0.5, 0.4), 12);
    expect(report.stay).toBeCloseTo(byHand(0.8, 0.9), 12);
    expect(report.return).toBeCloseTo(4, 12);
    expect(report.new).toBeCloseTo(byHand(0.1, 0.2), 12);
  });

  it('agrees with the other metrics by hand', () => {
    // Ranks 1 1 4 2 3 1 1.
    expect(report.top1).toBeCloseTo(4 / 7, 12);
    expect(report.top5).toBe(1);
    // Bins of top probabilities: .4 (right once of two), .5 (once of two), .6 (never), .8 and .9 (always).
    expect(report.top1Ece).toBeCloseTo((0.2 + 0 + 0.6 + 0.2 + 0.1) / 7, 12);
    // P(move) of moves: .4 .5 .6; of stays: .2 .1.
    expect(report.moveAuc).toBe(1);
    expect(report.moveLogLoss).toBeCloseTo(-Math.log(0.8 * 0.4 * 0.5 * 0.6 * 0.9) / 5, 12);
    expect(report.moveBrier).toBeCloseTo((0.04 + 0.36 + 0.25 + 0.16 + 0.01) / 5, 12);
    expect(report.leaveWorkAuc).toBe(1);
    expect(report.leaveWorkLogLoss).toBeCloseTo(-Math.log(0.9 * 0.9 * 0.9 * 0.2 * 0.95) / 5, 12);
    expect(report.counts).toEqual({
      people: 2,
      observations: 7,
      laterObservations: 5,
      first: 2,
      stay: 2,
      return: 1,
      new: 2,
      unscored: 0,
    });
  });

  it('survives JSON and repeats with its seed', () => {
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(evaluate(panel, scores, { draws: 50 })).toEqual(report);
    expect(evaluate(panel, scores, { draws: 50, seed: 1 }).standardErrors).not.toEqual(report.standardErrors);
  });

  it('gives the standard error that two people allow', () => {
    // Each draw is person 1 twice, both, or person 2 twice: mean log p over the years drawn.
    const sum = (probs: number[]) => probs.reduce((total, p) => total - Math.log(p), 0);
    const [one, two] = [sum([0.5, 0.8, 0.1, 0.25, 0.2]), sum([0.4, 0.9])];
    const values = [one / 5, (one + two) / 7, (one + two) / 7, two / 2].map(Math.exp);
    const mean = values.reduce((a, b) => a + b) / 4;
    const expected = Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / 4);
    const measured = evaluate(panel, scores, { draws: 4000 }).standardErrors.perplexity ?? NaN;
    expect(Math.abs(measured / expected - 1)).toBeLessThan(0.05);
  });

  it('leaves out what is outside the list and says null where it cannot know', () => {
    const bare = scores.map(({ personId, logProbs }) => ({ personId, logProbs: logProbs.with(0, NaN) }));
    const partial = evaluate(panel, bare, { draws: 0 });
    expect(partial.counts.unscored).toBe(2);
    expect(partial.first).toBeNull();
    expect(partial.top1).toBeNull();
    expect(partial.moveAuc).toBeNull();
    expect(partial.perplexity).toBeCloseTo(partial.perplexityLaterObservations ?? NaN, 12);
    expect(partial.standardErrors.perplexity).toBeNull();
  });

  it('refuses scores of other people', () => {
    expect(() => evaluate(panel, [scores[1], scores[0]])).toThrow(AppError);
    expect(() => evaluate(panel, [scores[0]])).toThrow(AppError);
  });
});

describe('paired difference', () => {
  it('is exactly nothing between a model and itself', () => {
    expect(pairedDifference(panel, scores, scores)).toMatchObject({ difference: 0, standardError: 0 });
  });

  it('is negative for the better model, on common observations only', () => {
    const worse = scores.map((score) => ({
      ...score,
      logProbs: score.logProbs.map((logProb) => logProb - 0.1),
    }));
    const paired = pairedDifference(panel, scores, worse, { draws: 200 });
    const { perplexity } = evaluate(panel, scores, { draws: 0 });
    expect(paired.difference).toBeCloseTo((perplexity ?? NaN) * (1 - Math.exp(0.1)), 10);
    expect(paired.shareBetter).toBe(1);

    const hole = scores.map((score) => ({ ...score, logProbs: score.logProbs.with(0, NaN) }));
    expect(pairedDifference(panel, scores, hole)).toMatchObject({ difference: 0, standardError: 0 });
  });
});
