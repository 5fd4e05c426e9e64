import { compareModels, type ComparisonReport, type Experiment } from '../../evaluation/index.ts';
import { AppError } from '../../platform/index.ts';
import type { ArmContrast, ArmOutcome, ExperimentReport, ExperimentRequest } from './experimentContract.ts';
import type { Answers, ExperimentPeople } from './armAnswers.ts';

/** Compares the arms that have answers. Throws `unsupported` where none has. */
export function experimentReport(
  experiment: Experiment,
  { panel: id, seed, people: most, epochs, settings = {}, draws }: ExperimentRequest,
  { panel, other, others }: ExperimentPeople,
  arms: ArmOutcome[],
  answers: ReadonlyMap<string, Answers>,
): ExperimentReport {
  const models = [...answers].flatMap(([name, { test }]) => (test ? [{ name, scores: test }] : []));
  if (models.length === 0) {
    const reasons = arms.flatMap(({ label, failure }) => (failure ? [`“${label}”: ${failure.message}`] : []));
    throw new AppError('unsupported', `${experiment.title}: no arm has an answer. ${reasons.join(' ')}`);
  }
  const comparison = compareModels(panel.people.test, models, {
    seed,
    subgroupings: [],
    ...(draws !== undefined && { draws }),
  });
  const { fitting, tuning, test } = panel.row.parts;
  return {
    format: 'onward-experiment',
    version: 1,
    name: experiment.name,
    seed,
    limits: { people: most ?? null, epochs: epochs ?? null },
    settings,
    panel: {
      id,
      name: panel.row.name,
      fitting: fitting.people,
      tuning: tuning.people,
      test: test.people,
      optimum: panel.row.optimum,
    },
    other: other && { id: other.row.id, name: other.row.name, people: others.length },
    arms,
    comparison,
    contrasts: experiment.contrasts.flatMap(([first, second]) => contrast(comparison, first, second)),
  };
}

/** Of two arms that both have answers; the comparison has each pair once, in either order. */
function contrast({ differences }: ComparisonReport, first: string, second: string): ArmContrast[] {
  for (const each of differences) {
    if (each.metric !== 'perplexity') continue;
    const { difference, standardError, shareBetter } = each;
    if (each.first === first && each.second === second)
      return [{ first, second, difference, standardError, shareBetter }];
    if (each.first === second && each.second === first)
      return [{ first, second, ...turned({ difference, standardError, shareBetter }) }];
  }
  return [];
}

/** A draw in which both are equal counts for neither: that share is not known from the other side, and rare. */
function turned({ difference, standardError, shareBetter }: Omit<ArmContrast, 'first' | 'second'>) {
  return {
    difference: difference === null ? null : -difference,
    standardError,
    shareBetter: shareBetter === null ? null : 1 - shareBetter,
  };
}
