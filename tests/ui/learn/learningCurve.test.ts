import { describe, expect, it } from 'vitest';
import { experiments } from '../../../src/evaluation/index.ts';
import { learningCurves } from '../../../src/ui/learn/proof/experiments/learningCurve.ts';
import type { ExperimentReport } from '../../../src/worker/index.ts';

const experiment = experiments.find(({ isLearningCurve }) => isLearningCurve);
if (!experiment) throw new Error('no experiment draws a learning curve');
/** Only what a curve is drawn from; the last arm has no answer. */
const report = {
  arms: experiment.arms.map(({ name, fittingShare = 1 }) => ({
    arm: name,
    learnedFrom: { people: 800 * fittingShare, others: 0 },
  })),
  comparison: {
    models: experiment.arms.slice(0, -1).map(({ name, fittingShare = 1 }) => ({
      name,
      metrics: { perplexity: 10 - fittingShare },
      standardErrors: { perplexity: 0.5 },
    })),
  },
} as unknown as ExperimentReport;

describe('learning curves', () => {
  const curves = learningCurves(experiment, report);

  it('are one a model, by rising numbers of people, with intervals', () => {
    expect(curves.map(({ model }) => model)).toEqual(['head', 'career', 'mixture']);
    expect(curves[0].points.map(({ people }) => people)).toEqual([100, 200, 400, 800]);
    expect(curves[0].points[3]).toMatchObject({ perplexity: 9, low: 9 - 1.96 / 2, high: 9 + 1.96 / 2 });
    expect(curves[1].name).toBe('CAREER');
  });

  it('leave out what has no answer', () => {
    expect(curves[2].points.map(({ people }) => people)).toEqual([100, 200, 400]);
  });
});
