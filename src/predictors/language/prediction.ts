import type { CareerHistory } from '../../career/index.ts';
import type { NextStep, OccupationList } from '../../occupation/index.ts';
import type { AdapterSummary } from '../../storage/index.ts';

export interface PredictRequest {
  history: CareerHistory;
  next: NextStep;
  /** The bundled list where absent. */
  list?: OccupationList;
  /** Ids of adapters that answer, too: `ModelReport.adapters` where absent, as far as they predict this list. */
  adapters?: readonly string[];
}

/** What something trained says, beside the language route. */
export interface AdapterAnswer {
  id: string;
  name: string;
  kind: AdapterSummary['kind'];
  /** In the order of the adapter's own list; sums to 1. */
  codes: readonly string[];
  probabilities: Float64Array;
}

/** The language route's answer, in list order. */
export interface Prediction {
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
  /** In the order asked for; adapters of another list are left out. */
  adapters: readonly AdapterAnswer[];
  milliseconds: number;
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
