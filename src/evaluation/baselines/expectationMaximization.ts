/** Probability of what was observed under each component: row-major [rows, components]. */
export interface ObservedProbs {
  probs: Float64Array;
  components: number;
}

export interface FittedWeights {
  /** Sum to 1. */
  weights: Float64Array;
  /** Before each iteration and after the last: Σ ln Σ_c w_c p_c + Σ_c α_c ln w_c, which never falls. */
  objective: number[];
}

/**
 * Mixture weights that maximise the likelihood of `rows` of `observed`, with Dirichlet pseudo-observations α_c
 * (`prior`, positive) that keep every weight positive. Rows that no component allows are left out.
 */
export function fitWeights(
  { probs, components }: ObservedProbs,
  rows: ArrayLike<number>,
  prior: Float64Array,
  iterations: number,
): FittedWeights {
  const priorTotal = prior.reduce((sum, value) => sum + value, 0);
  let weights = prior.map((value) => value / priorTotal);
  const objective: number[] = [];
  for (let iteration = 0; iteration <= iterations; iteration++) {
    const expected = prior.slice();
    let logLikelihood = 0;
    let total = priorTotal;
    for (let i = 0; i < rows.length; i++) {
      const start = rows[i] * components;
      let mixed = 0;
      for (let c = 0; c < components; c++) mixed += weights[c] * probs[start + c];
      if (!(mixed > 0)) continue;
      logLikelihood += Math.log(mixed);
      total += 1;
      for (let c = 0; c < components; c++) expected[c] += (weights[c] * probs[start + c]) / mixed;
    }
    objective.push(
      prior.reduce((sum, alpha, c) => sum + (alpha > 0 ? alpha * Math.log(weights[c]) : 0), logLikelihood),
    );
    if (iteration < iterations) weights = expected.map((value) => value / total);
  }
  return { weights, objective };
}
