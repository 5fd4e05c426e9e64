import { formatDelimited } from '../career/index.ts';
import type { Comparison, ComparisonReport } from './comparisonReport.ts';
import { metricNames } from './metrics.ts';

const header = [
  'model',
  'compared_with',
  'metric',
  'subgroup',
  'people',
  'observations',
  'value',
  'standard_error',
];

/**
 * A report as one long table. A row with `compared_with` holds the first model's metric minus the other's. `subgroup` is
 * `all` or the group (`sex: female`). What is not known is left empty.
 */
export function comparisonCsv(report: ComparisonReport): string {
  const parts = [
    { subgroup: 'all', part: report },
    ...report.subgroups.map((part) => ({ subgroup: `${part.by}: ${part.group}`, part })),
  ];
  return formatDelimited([header, ...parts.flatMap(({ subgroup, part }) => rowsOf(part, subgroup))]);
}

/** The calibration curves as one long table, a bin a row. */
export function reliabilityCsv({ models, reliability }: ComparisonReport): string {
  const rows = models.flatMap(({ name }, m) =>
    (['move', 'leaveWork', 'top1'] as const).flatMap((outcome) =>
      reliability[m][outcome].map(({ lower, upper, count, meanProbability, observedShare }) =>
        [name, outcome, lower, upper, count, meanProbability, observedShare].map(String),
      ),
    ),
  );
  const columns = ['model', 'outcome', 'lower', 'upper', 'count', 'mean_probability', 'observed_share'];
  return formatDelimited([columns, ...rows]);
}

function rowsOf({ counts, models, differences }: Comparison, subgroup: string): string[][] {
  const about = [subgroup, String(counts.people), String(counts.observations)];
  return [
    ...models.flatMap(({ name, metrics, standardErrors }) =>
      metricNames.map((metric) => [
        name,
        '',
        metric,
        ...about,
        text(metrics[metric]),
        text(standardErrors[metric]),
      ]),
    ),
    ...differences.map(({ first, second, metric, difference, standardError }) => [
      first,
      second,
      metric,
      ...about,
      text(difference),
      text(standardError),
    ]),
  ];
}

/** Six decimals, never in powers of ten: spreadsheets take a leading minus before those for a formula. */
const text = (value: number | null) => (value === null ? '' : String(Number(value.toFixed(6))));
