import type { CareerHistory } from '../career/index.ts';
import { personDraws, standardDeviation } from './bootstrap.ts';
import { type Metrics, metricsBy } from './metrics.ts';
import type { ObservationSums } from './observationSums.ts';
import { observationTable } from './observationTable.ts';
import type { ReliabilityBin } from './outcomeSums.ts';
import type { ScoredCareer } from './scoredCareer.ts';
import { TableMetrics } from './tableMetrics.ts';

/** Calibration curves, empty bins left out: of a move, of leaving work, and of the most probable occupation. */
export interface Reliability {
  move: ReliabilityBin[];
  leaveWork: ReliabilityBin[];
  top1: ReliabilityBin[];
}

/** Numbers of people and of scored observations. */
export interface ObservationCounts {
  people: number;
  observations: number;
  laterObservations: number;
  first: number;
  stay: number;
  return: number;
  new: number;
  unscored: number;
}

/** All metrics of one model on one panel, JSON-serialisable. */
export interface EvaluationReport extends Metrics {
  reliability: Reliability;
  standardErrors: Metrics;
  bootstrapDraws: number;
  counts: ObservationCounts;
}

export interface EvaluationOptions {
  /** Person draws for the standard errors; 0 leaves them out. */
  draws?: number;
  seed?: number | string;
}

/**
 * Everything of the paper's metrics for one model on one panel; scores in the order of the histories.
 * Throws AppError `bad-input` where they do not fit together.
 */
export function evaluate(
  histories: readonly CareerHistory[],
  scores: readonly ScoredCareer[],
  { draws = 500, seed = 0 }: EvaluationOptions = {},
): EvaluationReport {
  const table = observationTable(histories, scores);
  const measured = new TableMetrics(table);
  const { metrics, samples } = measured.bootstrap(personDraws(table.people, draws, seed));
  const total = measured.total();
  return {
    ...metrics,
    reliability: reliabilityOf(total),
    standardErrors: spread(samples),
    bootstrapDraws: draws,
    counts: countsOf(total, table),
  };
}

/** Standard deviation of every metric over bootstrap samples; null with fewer than two. */
export function spread(samples: readonly Metrics[]): Metrics {
  return metricsBy((metric) => standardDeviation(samples.map((sample) => sample[metric] ?? NaN)));
}

export function reliabilityOf({ move, leaveWork, top1 }: ObservationSums): Reliability {
  return { move: move.reliability(), leaveWork: leaveWork.reliability(), top1: top1.reliability() };
}

export function countsOf(
  total: ObservationSums,
  { people, unscored }: { people: number; unscored: number },
): ObservationCounts {
  const laterObservations = total.count('stay', 'return', 'new');
  const first = total.count('first');
  return {
    people,
    observations: first + laterObservations,
    laterObservations,
    first,
    stay: total.count('stay'),
    return: total.count('return'),
    new: total.count('new'),
    unscored,
  };
}
