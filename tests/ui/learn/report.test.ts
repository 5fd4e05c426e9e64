import { describe, expect, it } from 'vitest';
import {
  syntheticPanel,
  compareModels,
  fitBaseline,
  type ScoredCareer,
} from '../../../src/evaluation/index.ts';
import { candidatesFor, isFor } from '../../../src/ui/learn/proof/candidates.ts';
import { differencesFrom } from '../../../src/ui/learn/proof/differences.ts';
import { withError } from '../../../src/ui/learn/proof/metricWords.ts';
import type { AdapterSummary, PanelSummary } from '../../../src/worker/index.ts';

const { careers, list } = syntheticPanel({ people: 120, seed: 1, occupations: 6 });
const fitting = careers.slice(0, 80);
const test = careers.slice(80);

/** Every observation with the same probability. */
const guessing = (probability: number): ScoredCareer[] =>
  test.map(({ personId, observations }) => ({
    personId,
    logProbs: new Float64Array(observations.length).fill(Math.log(probability)),
  }));

describe('differences', () => {
  const report = compareModels(
    test,
    [
      { name: 'worse', scores: guessing(0.1) },
      { name: 'better', scores: guessing(0.2) },
      { name: 'same', scores: guessing(0.1) },
    ],
    { draws: 50 },
  );

  it('are taken from the model one compares with, whichever comes first in the report', () => {
    const fromBetter = differencesFrom(report, 'better');
    expect(fromBetter.map(({ name }) => name)).toEqual(['worse', 'same']);
    expect(fromBetter.map(({ difference }) => Math.round(difference ?? NaN))).toEqual([5, 5]);
    const [better, same] = differencesFrom(report, 'worse');
    expect(better?.difference).toBeCloseTo(-5, 9);
    expect(better?.verdict).toBe('better');
    expect(better?.shareBetter).toBe(1);
    expect(same?.verdict).toBe('no clear difference');
  });

  it('are written with a minus sign and their error', () => {
    expect(withError('perplexity', -1.234, 0.056)).toBe('−1.23 ± 0.06');
    expect(withError('top1', 0.6543, null)).toBe('65.4\u202f%');
    expect(withError('moveAuc', null, null)).toBe('–');
  });
});

describe('the models on offer', () => {
  const part = { people: 10, observations: 100 };
  const panel: PanelSummary = {
    id: 'p',
    name: 'people',
    people: 120,
    observations: 1000,
    years: null,
    split: { seed: 1 },
    parts: { fitting: part, tuning: part, test: part },
    list: { list, pooled: null },
    bytes: 1,
    isSynthetic: true,
    optimum: null,
    isStored: false,
    addedAt: 0,
  };
  const adapter = (occupations: number): AdapterSummary => ({
    id: `a${occupations}`,
    name: `of ${occupations}`,
    kind: 'career',
    source: 'run',
    learnedFrom: { people: 10, observations: 100, firstYear: 1990, lastYear: 2000 },
    list: { name: list.name, occupations },
    figures: {},
    bytes: 1,
    createdAt: 0,
  });

  it('are those that predict the list of the panel', () => {
    const [fit, unfit] = [adapter(list.occupations.length), adapter(3)];
    expect([isFor(panel, fit), isFor(panel, unfit)]).toEqual([true, false]);
    const names = candidatesFor(panel, [fit, unfit], null).map(({ name }) => name);
    expect(names).toContain(fit.name);
    expect(names).not.toContain(unfit.name);
    expect(names).toContain('Transition table');
  });

  it('are ticked where they are one’s own or have to be beaten, not where they ship', () => {
    const own = adapter(list.occupations.length);
    const others = [
      { ...own, id: 'imported', source: 'import' },
      { ...own, id: 'shipped/head', source: 'shipped' },
    ] as const;
    const ticked = candidatesFor(panel, [own, ...others], null).filter(({ isUsual }) => isUsual);
    expect(ticked.map(({ key }) => key)).toEqual([
      'language-route',
      own.id,
      'imported',
      'transitions',
      'mixture',
    ]);
  });

  it('have tables of names that the worker can fit', () => {
    for (const { reference } of candidatesFor(panel, [], null))
      if (reference.kind === 'baseline') expect(fitBaseline(reference.name, fitting, list)).toBeDefined();
  });
});
