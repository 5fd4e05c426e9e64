/**
 * exp(mean nll) over the entries whose weight is positive; nll in nats. NaN without any.
 * An impossible observation (nll = Infinity) makes it Infinity.
 */
export function perplexity(nll: ArrayLike<number>, weights?: ArrayLike<number>): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < nll.length; i++) {
    const weight = weights ? weights[i] : 1;
    if (weight === 0) continue;
    sum += weight * nll[i];
    total += weight;
  }
  return Math.exp(sum / total);
}

/** Share of ranks ≤ k (top-k accuracy); unknown ranks (NaN) are left out. */
export function topAccuracy(ranks: ArrayLike<number>, k: number, weights?: ArrayLike<number>): number {
  let hits = 0;
  let total = 0;
  for (let i = 0; i < ranks.length; i++) {
    if (Number.isNaN(ranks[i])) continue;
    const weight = weights ? weights[i] : 1;
    total += weight;
    if (ranks[i] <= k) hits += weight;
  }
  return hits / total;
}
