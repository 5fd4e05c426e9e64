/** One bar of a reliability diagram. */
export interface ReliabilityBin {
  /** The bin holds probabilities in [lower, upper); the last one also holds 1. */
  lower: number;
  upper: number;
  count: number;
  meanProbability: number;
  /** Share of the entries that came true. */
  observedShare: number;
}

const bins = 10;
/** Probabilities nearer than this to 0 or 1 count as this near, so that one sure miss does not make the loss infinite. */
const probabilityFloor = 1e-12;

/**
 * How well probabilities of a yes/no outcome fit what happened, kept as sums: those of several people add up. Calibration
 * is measured over ten bins of equal width.
 */
export class OutcomeSums {
  /** Entries, log loss, Brier score; then for each bin entries, probabilities, true ones. */
  static readonly columns = 3 + 3 * bins;

  /** `sums`: `columns` numbers to go on from; they are changed in place. */
  constructor(private readonly sums: Float64Array = new Float64Array(OutcomeSums.columns)) {}

  /** An unknown probability (NaN) is passed over. */
  add(prob: number, isTrue: number): void {
    if (Number.isNaN(prob)) return;
    const { sums } = this;
    sums[0] += 1;
    sums[1] -= Math.log(Math.max(probabilityFloor, isTrue ? prob : 1 - prob));
    sums[2] += (prob - isTrue) ** 2;
    const bin = 3 + 3 * Math.min(bins - 1, Math.floor(prob * bins));
    sums[bin] += 1;
    sums[bin + 1] += prob;
    sums[bin + 2] += isTrue;
  }

  /** Mean −ln p(what happened), in nats; NaN without entries. */
  get logLoss(): number {
    return this.sums[1] / this.sums[0];
  }

  /** Mean squared distance between probability and outcome; NaN without entries. */
  get brierScore(): number {
    return this.sums[2] / this.sums[0];
  }

  /** Expected calibration error: mean over entries of |mean probability − observed share| of the entry's bin. */
  get calibrationError(): number {
    let gap = 0;
    for (let at = 3; at < OutcomeSums.columns; at += 3)
      gap += Math.abs(this.sums[at + 1] - this.sums[at + 2]);
    return gap / this.sums[0];
  }

  /** The reliability diagram; empty bins are left out. */
  reliability(): ReliabilityBin[] {
    return Array.from({ length: bins }, (_, bin) => {
      const [count, probs, trues] = this.sums.subarray(3 + 3 * bin);
      return {
        lower: bin / bins,
        upper: (bin + 1) / bins,
        count,
        meanProbability: probs / count,
        observedShare: trues / count,
      };
    }).filter(({ count }) => count > 0);
  }
}
