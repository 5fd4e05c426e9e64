/** A probability as people say it, rounded so that it promises no more than it knows: `about 6 in 10`. */
export function inWords(probability: number): string {
  if (probability >= 0.995) return 'more than 99 in 100';
  if (probability >= 0.095 && probability < 0.945) return `about ${Math.round(probability * 10)} in 10`;
  if (probability >= 0.0095) return `about ${Math.round(probability * 100)} in 100`;
  if (probability >= 0.00095) return `about ${Math.round(probability * 1000)} in 1,000`;
  return 'less than 1 in 1,000';
}

/** A probability in per cent with as many digits as a reader can use: `62 %`, `4.1 %`, `<0.1 %`. */
export function percent(probability: number): string {
  const value = probability * 100;
  if (value >= 99.95 && probability < 1) return '>99.9\u202f%';
  // Nothing short of certain is called 100 %.
  if (value >= 99.5 && probability < 1) return `${value.toFixed(1)}\u202f%`;
  if (value >= 9.95) return `${Math.round(value)}\u202f%`;
  if (value >= 0.1) return `${value.toFixed(1)}\u202f%`;
  return probability === 0 ? '0\u202f%' : '<0.1\u202f%';
}

export interface Certainty {
  headline: 'Quite sure' | 'Fairly sure' | 'Open' | 'Wide open';
  /** exp(entropy): as hard to guess as this many equally likely outcomes. */
  effectiveOutcomes: number;
  /** Size of the smallest set of outcomes that holds half / eight tenths of the probability. */
  half: number;
  eightTenths: number;
}

/** How concentrated a distribution is. `probabilities` sum to 1. */
export function certainty(probabilities: Float64Array): Certainty {
  let entropy = 0;
  for (const p of probabilities) if (p > 0) entropy -= p * Math.log(p);
  const effectiveOutcomes = Math.exp(entropy);
  const sorted = Float64Array.from(probabilities).sort().reverse();
  return {
    headline: headline(sorted[0] ?? 0, effectiveOutcomes),
    effectiveOutcomes,
    half: outcomesThatHold(sorted, 0.5),
    eightTenths: outcomesThatHold(sorted, 0.8),
  };
}

function headline(top: number, effectiveOutcomes: number): Certainty['headline'] {
  if (top >= 0.75) return 'Quite sure';
  if (effectiveOutcomes <= 6) return 'Fairly sure';
  if (effectiveOutcomes <= 25) return 'Open';
  return 'Wide open';
}

function outcomesThatHold(sorted: Float64Array, share: number): number {
  let sum = 0;
  const index = sorted.findIndex((p) => (sum += p) >= share);
  return index < 0 ? sorted.length : index + 1;
}

export type Expectedness = 'expected' | 'plausible' | 'surprising' | 'very surprising';

/** How a step that happened compares with what the model gave it. */
export function expectedness(probability: number): Expectedness {
  if (probability >= 0.4) return 'expected';
  if (probability >= 0.08) return 'plausible';
  if (probability >= 0.01) return 'surprising';
  return 'very surprising';
}
