import { describe, expect, it } from 'vitest';
import { experiments } from '../../src/evaluation/index.ts';

describe('experiments', () => {
  it('are the nine of the paper and the learning curve, by name', () => {
    expect(experiments.map(({ name }) => name)).toEqual([
      'off-the-shelf-vs-fine-tuned',
      'titles-vs-codes',
      'demographics',
      'birth-year',
      'history-length',
      'in-context',
      'other-population',
      'small-vs-large',
      'learning-curve',
      'routes',
    ]);
  });

  it.each(experiments)(
    '$name compares arms that differ',
    ({ arms, contrasts, needsOtherPanel, question }) => {
      const names = arms.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      const described = arms.map(({ name: _name, label: _label, ...what }) => JSON.stringify(what));
      expect(new Set(described).size).toBe(arms.length);
      expect(new Set(arms.map(({ label }) => label)).size).toBe(arms.length);
      expect(question).toMatch(/\?$/);
      expect(contrasts.length).toBeGreaterThan(0);
      for (const [first, second] of contrasts) {
        expect(names).toContain(first);
        expect(names).toContain(second);
        expect(first).not.toBe(second);
      }
      expect(arms.some(({ otherShare = 0 }) => otherShare > 0)).toBe(needsOtherPanel);
    },
  );

  it('draw a curve only of arms that differ in their people', () => {
    for (const { isLearningCurve = false, arms } of experiments)
      expect(arms.every(({ fittingShare }) => fittingShare !== undefined)).toBe(isLearningCurve);
  });

  it('never ask a model that learned nothing to learn from others', () => {
    for (const { isFitted, otherShare } of experiments.flatMap(({ arms }) => arms))
      if (!isFitted) expect(otherShare).toBeUndefined();
  });
});
