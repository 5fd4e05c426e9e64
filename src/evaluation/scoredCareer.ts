/**
 * What a model said about every observation of one career: the only thing that metrics need. The worker's
 * `CareerScore` has this shape too.
 */
export interface ScoredCareer {
  personId: string;
  /** Natural log of the probability of each observation's own occupation; NaN where it is outside the list. */
  logProbs: Float64Array;
  /** Natural log of the probability of repeating the previous occupation; NaN at the first observation. */
  stayLogProbs?: Float64Array;
  /** Natural log of the probability of `not_working`. */
  notWorkingLogProbs?: Float64Array;
  /** 1 = the observed occupation was the most probable one; 0 = not known. */
  ranks?: Int32Array;
  /** Probability of the most probable occupation. */
  topProbs?: Float64Array;
}
