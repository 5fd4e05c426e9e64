/** Predicted probabilities of a yes/no outcome (a move, leaving work) with what happened (1 or 0). */
export interface BinaryOutcome {
  probs: Float64Array;
  isTrue: Uint8Array;
  /** Row of the observation table that each entry came from. */
  rows: Int32Array;
  /** Entries from least to most probable. */
  order: Uint32Array;
}

/** The entries whose probability is known (not NaN), sorted once for any number of AUCs. */
export function binaryOutcome(probs: Float64Array, isTrue: Uint8Array): BinaryOutcome {
  const rows = Int32Array.from(probs.keys()).filter((row) => !Number.isNaN(probs[row]));
  const known = Float64Array.from(rows, (row) => probs[row]);
  const order = Uint32Array.from(known.keys()).sort((a, b) => known[a] - known[b]);
  return { probs: known, isTrue: Uint8Array.from(rows, (row) => isTrue[row]), rows, order };
}

/**
 * Area under the ROC curve: probability that a random true entry has a larger probability than a random false one,
 * ties counting half. NaN where one side is empty. `weights` are per entry.
 */
export function auc({ probs, isTrue, order }: BinaryOutcome, weights?: ArrayLike<number>): number {
  let falseBelow = 0;
  let trueTotal = 0;
  let wins = 0;
  for (let start = 0; start < order.length;) {
    let end = start;
    let tiedTrue = 0;
    let tiedFalse = 0;
    for (; end < order.length && probs[order[end]] === probs[order[start]]; end++) {
      const weight = weights ? weights[order[end]] : 1;
      if (isTrue[order[end]]) tiedTrue += weight;
      else tiedFalse += weight;
    }
    wins += tiedTrue * (falseBelow + tiedFalse / 2);
    falseBelow += tiedFalse;
    trueTotal += tiedTrue;
    start = end;
  }
  return wins / (trueTotal * falseBelow);
}

/** Probabilities nearer than this to 0 or 1 count as this near, so that one sure miss does not make the loss infinite. */
const probabilityFloor = 1e-12;

/** Mean −ln p(what happened), in nats; NaN without entries. */
export function logLoss({ probs, isTrue }: BinaryOutcome): number {
  let sum = 0;
  for (let i = 0; i < probs.length; i++) {
    sum -= Math.log(Math.max(probabilityFloor, isTrue[i] ? probs[i] : 1 - probs[i]));
  }
  return sum / probs.length;
}

/** Mean squared distance between probability and outcome; NaN without entries. */
export function brierScore({ probs, isTrue }: BinaryOutcome): number {
  let sum = 0;
  for (let i = 0; i < probs.length; i++) sum += (probs[i] - isTrue[i]) ** 2;
  return sum / probs.length;
}
