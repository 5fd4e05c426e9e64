import { describe, expect, it } from 'vitest';
import { optimalPerplexity } from '../../src/career/index.ts';
import { evaluate, fitBaseline, splitPanel, syntheticPanel } from '../../src/evaluation/index.ts';

describe('a synthetic panel', () => {
  const panel = syntheticPanel({ people: 1500, seed: 1 });

  it('repeats for its seed, and differs for another, in people and in occupations', () => {
    const again = syntheticPanel({ people: 1500, seed: 1 });
    expect([again.careers, again.list, again.optimum]).toEqual([panel.careers, panel.list, panel.optimum]);
    const other = syntheticPanel({ people: 10, seed: 2 });
    expect(other.careers).not.toEqual(panel.careers.slice(0, 10));
    expect(other.list).not.toEqual(panel.list);
  });

  it('has all its outcomes in its list: so many trades, and the two states', () => {
    const codes = new Set(panel.list.occupations.map(({ code }) => code));
    expect(codes.size).toBe(42);
    expect([codes.has('in_school'), codes.has('not_working')]).toEqual([true, true]);
    for (const { observations } of panel.careers) {
      for (const { occupationCode } of observations) expect(codes.has(occupationCode ?? '')).toBe(true);
    }
  });

  it('has an optimum that fitted tables come near, and do not reach on people they have not seen', () => {
    const { fitting, test } = splitPanel(panel.careers, { seed: 1 });
    const perplexityOf = (name: 'unigram' | 'transitions') => {
      const model = fitBaseline(name, fitting, panel.list);
      return (
        evaluate(
          test,
          test.map((person) => model.scoreCareer(person)),
          { draws: 0 },
        ).perplexity ?? NaN
      );
    };
    const optimum = optimalPerplexity(test, panel.market);
    const [unigram, transitions] = [perplexityOf('unigram'), perplexityOf('transitions')];
    expect(transitions).toBeGreaterThan(optimum);
    expect(transitions).toBeLessThan(1.35 * optimum);
    expect(unigram).toBeGreaterThan(3 * optimum);
  });
});
