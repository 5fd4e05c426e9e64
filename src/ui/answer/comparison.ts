/** What a plain table of transitions says about the same step, beside the model's answer. */
export interface Comparison {
  /** Whom the table counted: `people whose last job was Cashiers`. */
  label: string;
  /** How many, rounded; null where too few to say. */
  people: number | null;
  /** In list order; sums to 1. */
  probabilities: Float64Array;
}
