import { describe, expect, it } from 'vitest';
import {
  type BaselineFile,
  baselineNames,
  evaluate,
  fitBaseline,
  fromBaselineFile,
  toBaselineFile,
} from '../../../src/evaluation/index.ts';
import { AppError } from '../../../src/platform/index.ts';
import { career, randomPanel, smallList } from '../smallPanel.ts';

const train = randomPanel(300, 1);
const unseen = randomPanel(60, 2);
const next = { year: 2020, education: null };
const sum = (probs: Float64Array) => probs.reduce((a, b) => a + b);

/** Ordinary careers and those that no training person resembles. */
const questions = [
  ...unseen.slice(0, 20),
  career('none', []),
  career('outside', [null, 'zzz', null]),
  { ...career('bare', ['a']), birthYear: undefined, sex: undefined },
  career('old', ['c', 'c'], { birthYear: 1900, sex: 'of a third kind' }),
];

describe.each(baselineNames)('baseline %s', (name) => {
  const model = fitBaseline(name, train, smallList);

  it('gives every occupation a positive probability, and all of them 1', () => {
    for (const question of questions) {
      const probs = model.probabilities(question, next);
      expect(Math.abs(sum(probs) - 1)).toBeLessThan(1e-9);
      expect(Math.min(...probs)).toBeGreaterThan(0);
    }
  });

  it('scores a career as it predicts it step by step', () => {
    const person = unseen[3];
    const score = model.scoreCareer(person);
    person.observations.forEach((observation, t) => {
      const before = { ...person, observations: person.observations.slice(0, t) };
      const probs = model.probabilities(before, observation);
      const state = smallList.occupations.findIndex(({ code }) => code === observation.occupationCode);
      expect(score.logProbs[t]).toBeCloseTo(Math.log(probs[state]), 12);
      expect(score.notWorkingLogProbs[t]).toBeCloseTo(Math.log(probs[4]), 12);
      expect(score.topProbs[t]).toBe(Math.max(...probs));
      expect(score.ranks[t]).toBe(
        1 + probs.filter((p, j) => p > probs[state] || (p === probs[state] && j < state)).length,
      );
      const last = before.observations.at(-1);
      const lastState = smallList.occupations.findIndex(({ code }) => code === last?.occupationCode);
      if (last) expect(score.stayLogProbs[t]).toBeCloseTo(Math.log(probs[lastState]), 12);
      else expect(score.stayLogProbs[t]).toBeNaN();
    });
  });

  it('comes back from JSON with rounding only', () => {
    const text = JSON.stringify(toBaselineFile(model));
    const read = fromBaselineFile(JSON.parse(text) as BaselineFile, smallList);
    for (const question of questions) {
      const [probs, original] = [read.probabilities(question, next), model.probabilities(question, next)];
      expect(Math.abs(sum(probs) - 1)).toBeLessThan(1e-9);
      probs.forEach((prob, j) => {
        expect(Math.abs(prob - original[j])).toBeLessThan(1e-3);
      });
    }
    expect(JSON.stringify(toBaselineFile(read))).toBe(text);
  });

  it('is the same when fitted again', () => {
    const again = fitBaseline(name, train, smallList);
    expect(again.probabilities(questions[0], next)).toEqual(model.probabilities(questions[0], next));
  });
});

describe('baselines against one another', () => {
  const perplexityOf = (name: (typeof baselineNames)[number]) => {
    const model = fitBaseline(name, train, smallList);
    return (
      evaluate(
        unseen,
        unseen.map((person) => model.scoreCareer(person)),
        { draws: 0 },
      ).perplexity ?? NaN
    );
  };

  it('rank as the rule that made the people says', () => {
    expect(perplexityOf('transitions')).toBeLessThan(perplexityOf('unigram'));
    expect(perplexityOf('mixture')).toBeLessThan(perplexityOf('transitions'));
    expect(perplexityOf('mixture')).toBeLessThan(perplexityOf('simple-mixture'));
  });
});

describe('limits', () => {
  it('survives training on nobody and on one person', () => {
    for (const people of [[], train.slice(0, 1)]) {
      const probs = fitBaseline('mixture', people, smallList).probabilities(unseen[0], next);
      expect(Math.abs(sum(probs) - 1)).toBeLessThan(1e-9);
    }
  });

  it('gives no answer to an observation outside the list', () => {
    const score = fitBaseline('mixture', train, smallList).scoreCareer(career('1', ['a', null, 'b']));
    expect(score.logProbs[1]).toBeNaN();
    expect(score.ranks[1]).toBe(0);
    expect(score.logProbs[2]).toBeLessThan(0);
  });

  it('refuses a file of another list or format', () => {
    const file = toBaselineFile(fitBaseline('unigram', train, smallList));
    const other = { ...smallList, occupations: smallList.occupations.toReversed() };
    expect(() => fromBaselineFile(file, other)).toThrow(AppError);
    expect(() => fromBaselineFile({ ...file, version: 2 } as unknown as BaselineFile, smallList)).toThrow(
      AppError,
    );
  });
});
