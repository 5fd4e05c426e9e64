import type { MetricName, Metrics } from './metrics.ts';
import type { PairedDifference } from './pairedDifference.ts';
import type { ObservationCounts, Reliability } from './report.ts';

export interface ModelMetrics {
  name: string;
  metrics: Metrics;
  standardErrors: Metrics;
}

export interface MetricDifference extends PairedDifference {
  metric: MetricName;
  first: string;
  second: string;
}

/** Models side by side on the same observations. */
export interface Comparison {
  counts: ObservationCounts;
  models: ModelMetrics[];
  /** Each pair once: in every metric on the whole panel, in perplexity within a subgroup. */
  differences: MetricDifference[];
}

export interface SubgroupComparison extends Comparison {
  by: string;
  group: string;
}

/** What `compareModels` found, JSON-serialisable. */
export interface ComparisonReport extends Comparison {
  format: 'onward-comparison';
  version: 1;
  bootstrapDraws: number;
  seed: number | string;
  /** Calibration curves in the order of `models`. */
  reliability: Reliability[];
  subgroups: SubgroupComparison[];
  /** Groups with fewer people than this are named in `withheld`, and nothing else is said about them. */
  fewestPeople: number;
  withheld: { by: string; group: string }[];
}
