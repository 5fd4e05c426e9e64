import type { Occupation, OccupationList } from '../../occupation/index.ts';

/** A distribution over the list with everything the page shows about it. */
export interface Answer {
  list: OccupationList;
  /** In list order; sums to 1. */
  probabilities: Float64Array;
  /** Before renormalisation; sums to `validMass`. */
  raw: Float64Array;
  /** Probability that the model spends on titles of the list. */
  validMass: number;
  /** The year and education that were asked for. */
  year: number;
  education: string | null;
  /** Code of the state before the step; null: none, or a title outside the list. */
  previousCode: string | null;
  /** Computed here, now; or computed earlier and shipped with an example, with the model's name. */
  origin: { kind: 'live'; milliseconds: number } | { kind: 'precomputed'; model: string };
  /** What the language model had to read. */
  work?: { promptTokens: number; reusedTokens: number; forwardedNodes: number };
}

export interface RankedOccupation extends Occupation {
  /** 1 is the most probable. */
  rank: number;
  probability: number;
  /** Position in the list. */
  index: number;
}

/** All occupations, most probable first; equal ones in list order. */
export function rankOccupations(list: OccupationList, probabilities: Float64Array): RankedOccupation[] {
  return list.occupations
    .map((occupation, index) => ({ ...occupation, index, probability: probabilities[index] ?? 0, rank: 0 }))
    .sort((a, b) => b.probability - a.probability || a.index - b.index)
    .map((occupation, position) => ({ ...occupation, rank: position + 1 }));
}
