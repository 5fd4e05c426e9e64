import type { BinaryOutcome } from './binaryOutcome.ts';

/** One bar of a reliability diagram. Shares are NaN where the bin is empty. */
export interface ReliabilityBin {
  /** The bin holds probabilities in [lower, upper); the last one also holds 1. */
  lower: number;
  upper: number;
  count: number;
  meanProbability: number;
  /** Share of the entries that came true. */
  observedShare: number;
}

/** Reliability diagram over `bins` bins of equal width on [0, 1]. */
export function reliabilityBins({ probs, isTrue }: BinaryOutcome, bins = 10): ReliabilityBin[] {
  const counts = new Float64Array(bins);
  const probSums = new Float64Array(bins);
  const trueSums = new Float64Array(bins);
  for (let i = 0; i < probs.length; i++) {
    const bin = Math.min(bins - 1, Math.floor(probs[i] * bins));
    counts[bin] += 1;
    probSums[bin] += probs[i];
    trueSums[bin] += isTrue[i];
  }
  return Array.from(counts, (count, bin) => ({
    lower: bin / bins,
    upper: (bin + 1) / bins,
    count,
    meanProbability: probSums[bin] / count,
    observedShare: trueSums[bin] / count,
  }));
}

/** Expected calibration error: mean over entries of |mean probability − observed share| of the entry's bin. */
export function expectedCalibrationError(bins: readonly ReliabilityBin[]): number {
  const filled = bins.filter((bin) => bin.count > 0);
  const total = filled.reduce((sum, bin) => sum + bin.count, 0);
  const gap = filled.reduce(
    (sum, bin) => sum + bin.count * Math.abs(bin.meanProbability - bin.observedShare),
    0,
  );
  return gap / total;
}
