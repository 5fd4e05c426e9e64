import type { CareerHistory } from '../../career/index.ts';
import type { NextStep, OccupationList } from '../../occupation/index.ts';
import type { ErrorCode } from '../../platform/index.ts';
import type { AdapterSummary } from '../../storage/index.ts';

export interface PredictRequest {
  history: CareerHistory;
  next: NextStep;
  /** The bundled list where absent. */
  list?: OccupationList;
  /** Ids of models that answer, too, shipped or kept on this device; those of `ModelReport.adapters` where absent. */
  adapters?: readonly string[];
}

/** What one model says. */
export interface AdapterAnswer {
  /** `language-route`, or the id of something trained. */
  id: string;
  name: string;
  kind: AdapterSummary['kind'];
  /** In the order of the model's own list; sums to 1. */
  codes: readonly string[];
  probabilities: Float64Array;
}

/** Why a model that was asked for has no answer. */
export interface Unanswered {
  id: string;
  name: string;
  code: ErrorCode;
  /** In plain words. */
  message: string;
  /** What it predicts, where that is another list than the one asked about. */
  list?: OccupationList;
}

/** The language route's answer, in list order. */
export interface RoutePrediction {
  codes: readonly string[];
  /** Product of the title's token probabilities, title-ending token included. Sums to `validMass`. */
  raw: Float64Array;
  /** `raw / validMass`; sums to 1. */
  renormalised: Float64Array;
  validMass: number;
  promptTokens: number;
  /** Prompt tokens taken from the KV cache of an earlier call. */
  reusedTokens: number;
  /** Trie nodes that were run through the model. */
  forwardedNodes: number;
  /** First records that did not fit into the model's context and were not read; 0 for most careers. */
  leftOutRecords: number;
  milliseconds: number;
}

/** The language route's answer, and beside it those of the others. */
export interface Prediction extends RoutePrediction {
  /** In the order asked for. */
  adapters: readonly AdapterAnswer[];
  unanswered: readonly Unanswered[];
}

/** Every observation of one career, scored in one pass. */
export interface CareerScore {
  personId: string;
  /** Natural log of the raw probability of each observation's own title. */
  logProbs: Float64Array;
  /** Natural log of the raw probability of repeating the previous title; NaN at the first observation. */
  stayLogProbs: Float64Array;
  tokens: number;
}

/** The most probable occupation of the bundled list at every observation of one career; raw probabilities. */
export interface CareerTop {
  personId: string;
  codes: string[];
  logProbs: Float64Array;
  tokens: number;
}

export interface TokenPiece {
  id: number;
  text: string;
}
