import type { CareerHistory } from '../career/index.ts';
import { personDraws, standardDeviation } from './bootstrap.ts';
import { type ObservationTable, observationTable } from './observationTable.ts';
import { perplexity } from './perplexity.ts';
import type { ScoredCareer } from './scoredCareer.ts';

export interface PairedDifference {
  /** Perplexity of the first model minus that of the second, first observations included. */
  difference: number;
  standardError: number;
  /** Share of the draws in which the first model had the smaller perplexity. */
  shareBetter: number;
}

/**
 * Difference in perplexity between two models on the same people and the same person draws: much tighter than the
 * models' own standard errors. Observations that only one of them scored are left out of both.
 */
export function pairedDifference(
  histories: readonly CareerHistory[],
  first: readonly ScoredCareer[],
  second: readonly ScoredCareer[],
  { draws = 500, seed = 0 }: { draws?: number; seed?: number | string } = {},
): PairedDifference {
  const [a, b] = [common(histories, first, second), common(histories, second, first)];
  const differenceFor = (times?: Float64Array) => weighted(a, times) - weighted(b, times);
  const samples = Array.from(personDraws(histories.length, draws, seed), differenceFor);
  return {
    difference: differenceFor(),
    standardError: standardDeviation(samples),
    shareBetter: samples.filter((sample) => sample < 0).length / samples.length,
  };
}

function common(
  histories: readonly CareerHistory[],
  scores: readonly ScoredCareer[],
  others: readonly ScoredCareer[],
): ObservationTable {
  const logProbsOf = ({ logProbs }: ScoredCareer, person: number) =>
    logProbs.map((logProb, t) => (Number.isNaN(others[person]?.logProbs[t]) ? NaN : logProb));
  return observationTable(
    histories,
    scores.map((score, person) => ({ personId: score.personId, logProbs: logProbsOf(score, person) })),
  );
}

function weighted({ nll, person }: ObservationTable, times?: Float64Array): number {
  return perplexity(nll, times && Float64Array.from(person, (each) => times[each]));
}
