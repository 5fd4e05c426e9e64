import { describe, expect, it } from 'vitest';
import { learningRate, type Schedule } from '../../src/predictors/training/schedule.ts';

const rates = (decay: Schedule['decay'], warmupSteps: number, total: number, steps: readonly number[]) =>
  steps.map((step) => learningRate(step, total, { peak: 2, warmupSteps, decay }));

const close = (actual: readonly number[], expected: readonly number[]) =>
  expected.forEach((value, i) => expect(actual[i], `of rate ${i}`).toBeCloseTo(value, 12));

describe('the learning rate', () => {
  it('rises linearly to its peak while it warms up, whatever it does then', () => {
    for (const decay of ['cosine', 'inverse-square-root', 'constant'] as const)
      close(rates(decay, 10, 100, [1, 5, 10]), [0.2, 1, 2]);
  });

  it('stays at its peak where it is constant', () => {
    close(rates('constant', 10, 100, [11, 55, 100]), [2, 2, 2]);
  });

  it('falls in a straight line to 0 at the last step', () => {
    close(rates('linear', 0, 100, [1, 25, 50, 100]), [1.98, 1.5, 1, 0]);
    close(rates('linear', 20, 100, [20, 60, 100]), [2, 1, 0]);
  });

  it('is a triangle where a run is shorter than twice its warm-up', () => {
    // Rising by a tenth a step, falling by a quarter over the last four: the lower of the two.
    close(rates('linear', 10, 14, [10, 11, 12, 13, 14]), [2, 1.5, 1, 0.5, 0]);
  });

  it('falls along half a cosine to 0 at the last step', () => {
    close(rates('cosine', 0, 4, [1, 2, 3, 4]), [1 + Math.SQRT1_2, 1, 1 - Math.SQRT1_2, 0]);
    close(rates('cosine', 100, 300, [200]), [1]);
  });

  it('falls as one over the root of the step', () => {
    close(rates('inverse-square-root', 25, 1000, [25, 100, 400, 900]), [2, 1, 0.5, 1 / 3]);
    // Without a warm-up it falls from the first step.
    close(rates('inverse-square-root', 0, 1000, [1, 4, 16]), [2, 1, 0.5]);
  });
});
