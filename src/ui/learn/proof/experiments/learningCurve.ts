import type { ArmModel, Experiment } from '../../../../evaluation/index.ts';
import type { ExperimentReport } from '../../../../worker/index.ts';

export interface CurvePoint {
  /** Whom the model learned from. */
  people: number;
  perplexity: number;
  /** Ends of the 95 % interval. */
  low: number;
  high: number;
}

export interface LearningCurve {
  model: ArmModel;
  name: string;
  /** By rising numbers of people. */
  points: readonly CurvePoint[];
}

/** 95 in 100 samples of people would give a value inside. */
const halfWidth = 1.96;

/** A curve for each model of the experiment that has answers; an arm's label says `model, share of the people`. */
export function learningCurves({ arms }: Experiment, report: ExperimentReport): LearningCurve[] {
  const curves = new Map<ArmModel, { name: string; points: CurvePoint[] }>();
  for (const { name, model, label } of arms) {
    const outcome = report.arms.find(({ arm }) => arm === name);
    const measured = report.comparison.models.find((each) => each.name === name);
    const perplexity = measured?.metrics.perplexity ?? null;
    if (!outcome || perplexity === null) continue;
    const half = halfWidth * (measured?.standardErrors.perplexity ?? 0);
    const curve = curves.get(model) ?? { name: label.replace(/,.*/, ''), points: [] };
    const ends = { low: Math.max(1, perplexity - half), high: perplexity + half };
    curve.points.push({ people: outcome.learnedFrom.people, perplexity, ...ends });
    curves.set(model, curve);
  }
  return [...curves].map(([model, { name, points }]) => ({
    model,
    name,
    points: points.sort((a, b) => a.people - b.people),
  }));
}
