import { describe, expect, it } from 'vitest';
import {
  optimalPerplexity,
  syntheticCareers,
  SyntheticMarket,
  trueLogProbs,
} from '../../src/career/index.ts';
import {
  Average,
  evaluate,
  fitAverage,
  fitBaseline,
  rowAt,
  type ScoredCareer,
  scoreRows,
} from '../../src/evaluation/index.ts';
import type { OccupationList } from '../../src/occupation/index.ts';
import { AppError } from '../../src/platform/index.ts';

const list: OccupationList = {
  name: 'small',
  occupations: Array.from({ length: 10 }, (_, i) => ({
    code: String(i + 1),
    title: `Trade number ${i + 1}`,
  })),
};
const { occupations } = list;
const market = new SyntheticMarket(5, occupations);
const people = syntheticCareers({ people: 400, seed: 2, market, occupations });
const truth = trueLogProbs(people, market).map((logProbs, p): ScoredCareer => ({
  personId: people[p].personId,
  logProbs: Float64Array.from(logProbs),
  stayLogProbs: new Float64Array(logProbs.length).fill(NaN),
}));
const training = syntheticCareers({ people: 200, seed: 9, market, occupations });
const unigram = fitBaseline('unigram', training, list);
const transitions = fitBaseline('transitions', training, list);
const scoresOf = (model: typeof unigram) => people.map((person) => model.scoreCareer(person));
const perplexity = (scores: readonly ScoredCareer[]) =>
  evaluate(people, scores, { draws: 0 }).perplexity ?? NaN;

describe('an average of models', () => {
  it('gives the truth nearly all the weight', () => {
    const average = fitAverage(['noise', 'truth'], people, [scoresOf(unigram), truth], list);
    for (const [, weight] of average.weights(people[0])) expect(weight).toBeGreaterThan(0.9);
    const pooled = people.map((person, p) => average.score(person, [scoresOf(unigram)[p], truth[p]]));
    expect(perplexity(pooled)).toBeLessThan(1.005 * optimalPerplexity(people, market));
  });

  it('is no worse on the people it was fitted on than its best model, and its weights sum to 1', () => {
    const scores = [scoresOf(unigram), scoresOf(transitions)];
    const average = fitAverage(['unigram', 'transitions'], people, scores, list);
    const pooled = people.map((person, p) => average.score(person, [scores[0][p], scores[1][p]]));
    expect(perplexity(pooled)).toBeLessThanOrEqual(1.0005 * Math.min(...scores.map(perplexity)));
    for (const weights of average.weights(people[0], { year: 2030, education: null })) {
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
      expect(weights.every((weight) => weight > 0)).toBe(true);
    }
  });

  it('pools whole distributions to what it scores', () => {
    const models = [unigram, transitions];
    const average = fitAverage(['unigram', 'transitions'], people, models.map(scoresOf), list);
    const some = people.slice(0, 40);
    const rows = average.rows(
      some,
      models.map((model) => model.rows(some)),
    );
    scoreRows(some, list, rows).forEach((score, p) => {
      const pooled = average.score(
        some[p],
        models.map((model) => model.scoreCareer(some[p])),
      );
      score.logProbs.forEach((logProb, t) => {
        expect(logProb).toBeCloseTo(pooled.logProbs[t], 5);
        expect(rowAt(rows, rows.offsets[p] + t).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
      });
    });
    const next = { year: 2030, education: null };
    const own = models.map((model) => model.probabilities(people[0], next));
    const probs = average.probabilities(people[0], next, own);
    expect(probs.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
    const weights = average.weights(people[0], next).at(-1) ?? [];
    expect(probs[3]).toBeCloseTo(weights[0] * own[0][3] + weights[1] * own[1][3], 12);
    expect(() => average.rows(some, [models[0].rows(some)])).toThrow(/1 scores for 2 models/);
    expect(() =>
      average.rows(
        people,
        models.map((model) => model.rows(some)),
      ),
    ).toThrow(AppError);
  });

  it('comes back from its file, and refuses another', () => {
    const average = fitAverage(['a', 'b'], people, [scoresOf(unigram), truth], list);
    const file = average.toFile();
    const copy = Average.fromFile(structuredClone(file), list);
    expect(copy.weights(people[3])).toEqual(average.weights(people[3]));
    expect(() => Average.fromFile({ ...file, version: 2 as 1 }, list)).toThrow(/no average/);
  });

  it('wants a score of every model', () => {
    const average = fitAverage(['a', 'b'], people, [scoresOf(unigram), truth], list);
    expect(() => average.score(people[0], [truth[0]])).toThrow(/1 scores for 2 models/);
  });
});
