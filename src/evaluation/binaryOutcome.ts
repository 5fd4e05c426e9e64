/** Predicted probabilities of a yes/no outcome (a move, leaving work) with what happened (1 or 0), least probable first. */
export interface BinaryOutcome {
  probs: Float64Array;
  isTrue: Uint8Array;
  /** Row of the observation table that each entry came from. */
  rows: Int32Array;
}

/** The entries whose probability is known (not NaN), sorted once for any number of AUCs. */
export function binaryOutcome(probs: Float64Array, isTrue: Uint8Array): BinaryOutcome {
  const rows = Int32Array.from(probs.keys())
    .filter((row) => !Number.isNaN(probs[row]))
    .sort((a, b) => probs[a] - probs[b]);
  return {
    probs: Float64Array.from(rows, (row) => probs[row]),
    isTrue: Uint8Array.from(rows, (row) => isTrue[row]),
    rows,
  };
}

/**
 * Area under the ROC curve: probability that a random true entry has a larger probability than a random false one,
 * ties counting half. NaN where one side is empty. `weights` are per entry.
 */
export function auc({ probs, isTrue }: BinaryOutcome, weights?: ArrayLike<number>): number {
  let falseBelow = 0;
  let trueTotal = 0;
  let wins = 0;
  for (let i = 0; i < probs.length;) {
    const tied = probs[i];
    let tiedTrue = 0;
    let tiedFalse = 0;
    for (; i < probs.length && probs[i] === tied; i++) {
      const weight = weights ? weights[i] : 1;
      if (isTrue[i]) tiedTrue += weight;
      else tiedFalse += weight;
    }
    wins += tiedTrue * (falseBelow + tiedFalse / 2);
    falseBelow += tiedFalse;
    trueTotal += tiedTrue;
  }
  return wins / (trueTotal * falseBelow);
}
