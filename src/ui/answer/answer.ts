import type { Occupation, OccupationList } from '../../occupation/index.ts';

/** One model's distribution over the list. */
export interface ModelAnswer {
  /** `language-route`, or the id of something trained. */
  id: string;
  name: string;
  kind: string;
  /** In list order; sums to 1. */
  probabilities: Float64Array;
  /** Whether it answers an earlier question: its answer to the latest one is being computed. */
  isOlder: boolean;
}

/** A distribution over the list with everything the page shows about it. */
export interface Answer {
  list: OccupationList;
  /** Of the model that is shown, in list order; sums to 1. */
  probabilities: Float64Array;
  /** The model that is shown, and all that answered, the language model's titles first. */
  shown: ModelAnswer;
  models: readonly ModelAnswer[];
  /** The language model's, before renormalisation; sums to `validMass`. Null until it has answered. */
  raw: Float64Array | null;
  /** Probability that the language model spends on titles of the list. Null until it has answered. */
  validMass: number | null;
  /** The year and education that were asked for. */
  year: number;
  education: string | null;
  /** Code of the state before the step; null: none, or a title outside the list. */
  previousCode: string | null;
  /** Computed here, now; or computed earlier and shipped with an example, with the model's name. */
  origin: { kind: 'live'; milliseconds: number | null } | { kind: 'precomputed'; model: string };
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

export const languageRouteId = 'language-route';

/** The language model by its titles, as one of the models that may be shown. */
export function languageRoute(probabilities: Float64Array): ModelAnswer {
  return {
    id: languageRouteId,
    name: 'Language model alone',
    kind: languageRouteId,
    probabilities,
    isOlder: false,
  };
}

/** The answer with another model shown; as it is where that one has not answered. */
export function showing(answer: Answer, id: string): Answer {
  const shown = answer.models.find((model) => model.id === id);
  return shown ? { ...answer, shown, probabilities: shown.probabilities } : answer;
}
