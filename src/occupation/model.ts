import type { CareerHistory } from '../career/index.ts';

/** One possible next state. */
export interface Occupation {
  code: string;
  title: string;
}

/** The outcomes every model gives a probability for, in a fixed order. */
export interface OccupationList {
  /** Stable name, e.g. `occ1990dd`. */
  name: string;
  occupations: readonly Occupation[];
}

/** The step to be predicted: what is known about it before its occupation is. */
export interface NextStep {
  year: number;
  education: string | null;
  region?: string;
}

/**
 * Anything that turns a career so far and a next step into a distribution over an occupation list.
 * Probabilities are in list order and sum to 1 within 1e-9, unless `isRaw` says that the model
 * also spends probability outside the list (the language route's raw product).
 */
export interface OccupationModel {
  readonly name: string;
  readonly isRaw: boolean;
  readonly list: OccupationList;
  /** `history` holds only the observations before the step. */
  probabilities(history: CareerHistory, next: NextStep): Float64Array | Promise<Float64Array>;
}
