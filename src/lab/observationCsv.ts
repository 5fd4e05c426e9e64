import Papa from 'papaparse';
import type { CareerHistory } from '../career/index.ts';
import { kindsOf, type ScoredCareer } from '../evaluation/index.ts';
import { beyondFirst } from './languageRoute.ts';

/** Shortest text that reads back as the same number; empty where it is not known. */
const known = (value: number | undefined) => (value === undefined || Number.isNaN(value) ? '' : value);

function rankText(rank: number): string {
  if (rank === 0) return '';
  return rank === beyondFirst ? '>1' : String(rank);
}

/**
 * What a model said about every observation, one row each, in the order of the panel. Log
 * probabilities are natural logarithms; `stay_log_prob` is of repeating the previous occupation.
 */
export function observationCsv(histories: readonly CareerHistory[], scores: readonly ScoredCareer[]): string {
  const rows = histories.flatMap(({ personId, observations, ...history }, person) => {
    const score = scores[person];
    const kinds = kindsOf({ personId, observations, ...history });
    return observations.map(({ year, occupationCode }, t) => ({
      person_id: personId,
      year,
      occupation_code: occupationCode ?? '',
      kind: kinds[t],
      log_prob: known(score.logProbs[t]),
      stay_log_prob: known(score.stayLogProbs?.[t]),
      not_working_log_prob: known(score.notWorkingLogProbs?.[t]),
      rank: rankText(score.ranks?.[t] ?? 0),
      top_prob: known(score.topProbs?.[t]),
    }));
  });
  return `${Papa.unparse(rows, { newline: '\n', escapeFormulae: true })}\n`;
}
