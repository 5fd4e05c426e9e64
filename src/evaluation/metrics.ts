/**
 * The metrics of paper §5. Perplexities are exp(mean nll) per observation: `perplexity` over all, first observations
 * included; then over later ones, and by kind of observation. Log losses in nats; `Ece` is the expected calibration
 * error over ten bins, `top1Ece` that of the most probable occupation's probability against how often it was right.
 */
export const metricNames = [
  'perplexity',
  'perplexityLaterObservations',
  'first',
  'stay',
  'return',
  'new',
  'top1',
  'top5',
  'top10',
  'moveAuc',
  'moveLogLoss',
  'moveBrier',
  'moveEce',
  'leaveWorkAuc',
  'leaveWorkLogLoss',
  'leaveWorkBrier',
  'leaveWorkEce',
  'top1Ece',
] as const;
export type MetricName = (typeof metricNames)[number];

/** JSON-serialisable; null = cannot be known from what was scored. */
export type Metrics = Record<MetricName, number | null>;

const greaterIsBetter: ReadonlySet<MetricName> = new Set([
  'top1',
  'top5',
  'top10',
  'moveAuc',
  'leaveWorkAuc',
]);

/** Whether the first value of a metric is better than the second. Small is good but for accuracies and areas. */
export function isBetter(metric: MetricName, value: number, other: number): boolean {
  return greaterIsBetter.has(metric) ? value > other : value < other;
}

/** Metrics by a rule for each. NaN and infinity become null: JSON has neither, and neither can be averaged. */
export function metricsBy(valueOf: (metric: MetricName) => number): Metrics {
  const entries = metricNames.map((metric) => {
    const value = valueOf(metric);
    return [metric, Number.isFinite(value) ? value : null] as const;
  });
  return Object.fromEntries(entries) as Metrics;
}
