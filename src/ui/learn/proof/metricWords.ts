import type { MetricName } from '../../../evaluation/index.ts';
import { perplexityInWords } from '../words.ts';

export interface MetricWords {
  label: string;
  about: string;
  /** How its values are written. */
  unit: 'perplexity' | 'share' | 'number';
}

/** Each metric for somebody who reads a table. */
export const metricWords: Readonly<Record<MetricName, MetricWords>> = {
  perplexity: { label: 'Perplexity', about: 'as if guessing among so many', unit: 'perplexity' },
  perplexityLaterObservations: {
    label: 'Later observations',
    about: 'perplexity without the first ones',
    unit: 'perplexity',
  },
  first: { label: 'First observations', about: 'perplexity', unit: 'perplexity' },
  stay: { label: 'Stays', about: 'perplexity', unit: 'perplexity' },
  return: { label: 'Returns', about: 'perplexity, to an earlier occupation', unit: 'perplexity' },
  new: { label: 'New', about: 'perplexity, never had before', unit: 'perplexity' },
  top1: { label: 'First guess right', about: 'share', unit: 'share' },
  top5: { label: 'In the first five', about: 'share', unit: 'share' },
  top10: { label: 'In the first ten', about: 'share', unit: 'share' },
  moveAuc: { label: 'Move or stay', about: 'area under the curve, 0.5 is chance', unit: 'number' },
  moveLogLoss: { label: 'Move or stay', about: 'log loss', unit: 'number' },
  moveBrier: { label: 'Move or stay', about: 'Brier score', unit: 'number' },
  moveEce: { label: 'Move or stay', about: 'calibration error', unit: 'number' },
  leaveWorkAuc: { label: 'Leaves work', about: 'area under the curve', unit: 'number' },
  leaveWorkLogLoss: { label: 'Leaves work', about: 'log loss', unit: 'number' },
  leaveWorkBrier: { label: 'Leaves work', about: 'Brier score', unit: 'number' },
  leaveWorkEce: { label: 'Leaves work', about: 'calibration error', unit: 'number' },
  top1Ece: { label: 'First guess', about: 'calibration error', unit: 'number' },
};

/** A value, a difference or a standard error of a metric; `–` where it cannot be known. */
export function metricValue(metric: MetricName, value: number | null): string {
  if (value === null) return '–';
  return `${value < 0 ? '−' : ''}${sizeInWords(metricWords[metric].unit, Math.abs(value))}`;
}

function sizeInWords(unit: MetricWords['unit'], size: number): string {
  if (unit === 'share') return `${(100 * size).toFixed(1)}\u202f%`;
  if (unit === 'number') return size.toFixed(3);
  return perplexityInWords(size);
}

/** `8.41 ± 0.12`. */
export function withError(metric: MetricName, value: number | null, standardError: number | null): string {
  const words = metricValue(metric, value);
  return standardError === null ? words : `${words} ± ${metricValue(metric, standardError)}`;
}
