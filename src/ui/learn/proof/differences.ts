import type { ComparisonReport, PairedDifference } from '../../../evaluation/index.ts';

/** A model's perplexity minus that of the one it is compared with, on the same people. */
export interface DifferenceFrom extends PairedDifference {
  name: string;
  verdict: 'better' | 'worse' | 'no clear difference';
}

/** Differences beyond this many standard errors are more than chance. */
const clear = 2;

/** Every other model against one, in the order of the report. */
export function differencesFrom(
  { models, differences }: ComparisonReport,
  reference: string,
): DifferenceFrom[] {
  return models.flatMap(({ name }) => {
    const found = differences.find(
      ({ metric, first, second }) =>
        metric === 'perplexity' &&
        ((first === name && second === reference) || (first === reference && second === name)),
    );
    if (!found) return [];
    const sign = found.first === name ? 1 : -1;
    const difference = found.difference === null ? null : sign * found.difference;
    const { standardError } = found;
    const shareBetter = found.shareBetter === null || sign === 1 ? found.shareBetter : 1 - found.shareBetter;
    return [{ name, difference, standardError, shareBetter, verdict: verdict(difference, standardError) }];
  });
}

function verdict(difference: number | null, standardError: number | null): DifferenceFrom['verdict'] {
  if (difference === null || standardError === null || Math.abs(difference) <= clear * standardError)
    return 'no clear difference';
  return difference < 0 ? 'better' : 'worse';
}
