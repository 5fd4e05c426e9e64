import { type ObservationKind, observationKinds, type ObservationTable } from './observationTable.ts';
import { OutcomeSums } from './outcomeSums.ts';

const kinds = observationKinds.length;
/** The k of the top-k accuracies. */
const tops = [1, 5, 10];
const blocks = [kinds, kinds, 1 + tops.length, OutcomeSums.columns, OutcomeSums.columns, OutcomeSums.columns];

/** What the metrics of some observations average, as sums in one row of numbers: those of several people add up. */
export class ObservationSums {
  static readonly columns = blocks.reduce((sum, block) => sum + block, 0);

  readonly move: OutcomeSums;
  readonly leaveWork: OutcomeSums;
  readonly top1: OutcomeSums;
  readonly #nll: Float64Array;
  readonly #count: Float64Array;
  /** Observations of known rank; those among the first 1, 5, 10. */
  readonly #ranked: Float64Array;

  /** `row`: `columns` numbers to go on from; they are changed in place. */
  constructor(row: Float64Array = new Float64Array(ObservationSums.columns)) {
    let start = 0;
    const [nll, count, ranked, ...outcomes] = blocks.map((size) => row.subarray(start, (start += size)));
    [this.#nll, this.#count, this.#ranked] = [nll, count, ranked];
    [this.move, this.leaveWork, this.top1] = outcomes.map((sums) => new OutcomeSums(sums));
  }

  add(table: ObservationTable, i: number): void {
    this.#nll[table.kind[i]] += table.nll[i];
    this.#count[table.kind[i]] += 1;
    this.move.add(table.moveProb[i], table.isMove[i]);
    this.leaveWork.add(table.leaveProb[i], table.isLeave[i]);
    const rank = table.rank[i];
    if (Number.isNaN(rank)) return;
    this.top1.add(table.topProb[i], Number(rank === 1));
    this.#ranked[0] += 1;
    tops.forEach((k, at) => (this.#ranked[1 + at] += Number(rank <= k)));
  }

  count(...wanted: readonly ObservationKind[]): number {
    return sumOver(this.#count, wanted);
  }

  /** exp(mean nll) over the observations of these kinds; NaN without any. */
  perplexity(...wanted: readonly ObservationKind[]): number {
    return Math.exp(sumOver(this.#nll, wanted) / sumOver(this.#count, wanted));
  }

  /** Share of the known ranks that are ≤ k. */
  topAccuracy(k: 1 | 5 | 10): number {
    return this.#ranked[1 + tops.indexOf(k)] / this.#ranked[0];
  }
}

function sumOver(sums: Float64Array, wanted: readonly ObservationKind[]): number {
  return wanted.reduce((sum, kind) => sum + sums[observationKinds.indexOf(kind)], 0);
}
