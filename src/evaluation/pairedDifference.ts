import type { CareerHistory } from '../career/index.ts';
import { personDraws, standardDeviation } from './bootstrap.ts';
import { onSharedObservations } from './sharedObservations.ts';
import { isBetter, type MetricName } from './metrics.ts';
import { observationTable } from './observationTable.ts';
import type { EvaluationOptions } from './report.ts';
import type { ScoredCareer } from './scoredCareer.ts';
import { type BootstrappedMetrics, TableMetrics } from './tableMetrics.ts';

/** JSON-serialisable; null where a model does not know the metric, or without draws. */
export interface PairedDifference {
  /** The first model's metric minus the second's. */
  difference: number | null;
  standardError: number | null;
  /** Share of the draws in which the first model was the better one; a tie is no win. */
  shareBetter: number | null;
}

/**
 * Difference in perplexity, first observations included, between two models on the same people and the same person
 * draws: much tighter than the models' own standard errors. Observations that only one of them scored are left out of
 * both.
 */
export function pairedDifference(
  histories: readonly CareerHistory[],
  first: readonly ScoredCareer[],
  second: readonly ScoredCareer[],
  { draws = 500, seed = 0 }: EvaluationOptions = {},
): PairedDifference {
  const [a, b] = onSharedObservations([first, second]).map((scores) =>
    new TableMetrics(observationTable(histories, scores)).bootstrap(
      personDraws(histories.length, draws, seed),
    ),
  );
  return differenceIn('perplexity', a, b);
}

/** Difference in one metric between two models, whose samples stand for the same draws. */
export function differenceIn(
  metric: MetricName,
  first: BootstrappedMetrics,
  second: BootstrappedMetrics,
): PairedDifference {
  const pairs = first.samples
    .map((sample, draw) => [sample[metric] ?? NaN, second.samples[draw][metric] ?? NaN] as const)
    .filter(([a, b]) => Number.isFinite(a - b));
  const [value, other] = [first.metrics[metric] ?? NaN, second.metrics[metric] ?? NaN];
  const wins = pairs.filter(([a, b]) => isBetter(metric, a, b)).length;
  return {
    difference: known(value - other),
    standardError: known(standardDeviation(pairs.map(([a, b]) => a - b))),
    shareBetter: known(wins / pairs.length),
  };
}

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
