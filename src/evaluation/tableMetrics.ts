import { auc, type BinaryOutcome, binaryOutcome } from './binaryOutcome.ts';
import { type MetricName, type Metrics, metricsBy } from './metrics.ts';
import { ObservationSums } from './observationSums.ts';
import { observationKinds, type ObservationTable } from './observationTable.ts';

const { columns } = ObservationSums;

/** Metrics of the people themselves and of every draw of them. */
export interface BootstrappedMetrics {
  metrics: Metrics;
  samples: readonly Metrics[];
}

/**
 * The metrics of one table for any number of person draws. All but the two AUCs are made of sums by person, so that a
 * draw goes through the people and not through their observations; an AUC goes through the observations in the one order
 * of their probabilities. Nothing is approximated.
 */
export class TableMetrics {
  readonly #people: number;
  /** `[people × columns]` */
  readonly #sums: Float64Array;
  readonly #move: BinaryOutcome;
  readonly #leaveWork: BinaryOutcome;

  constructor(private readonly table: ObservationTable) {
    this.#people = table.people;
    this.#sums = new Float64Array(table.people * columns);
    const people = Array.from(
      { length: table.people },
      (_, person) => new ObservationSums(this.#row(person)),
    );
    table.person.forEach((person, i) => people[person].add(table, i));
    this.#move = binaryOutcome(table.moveProb, table.isMove);
    this.#leaveWork = binaryOutcome(table.leaveProb, table.isLeave);
  }

  /** Sums over everybody, or with each person as many `times`. */
  total(times?: Float64Array): ObservationSums {
    const total = new Float64Array(columns);
    for (let person = 0; person < this.#people; person++) {
      const weight = times ? times[person] : 1;
      // An impossible observation's nll is infinite, and 0 · ∞ is no number.
      if (weight === 0) continue;
      const start = person * columns;
      for (let c = 0; c < columns; c++) total[c] += weight * this.#sums[start + c];
    }
    return new ObservationSums(total);
  }

  /** All metrics over everybody, or with each person as many `times`. */
  metrics(times?: Float64Array): Metrics {
    const total = this.total(times);
    const values: Record<MetricName, () => number> = {
      perplexity: () => total.perplexity(...observationKinds),
      perplexityLaterObservations: () => total.perplexity('stay', 'return', 'new'),
      first: () => total.perplexity('first'),
      stay: () => total.perplexity('stay'),
      return: () => total.perplexity('return'),
      new: () => total.perplexity('new'),
      top1: () => total.topAccuracy(1),
      top5: () => total.topAccuracy(5),
      top10: () => total.topAccuracy(10),
      moveAuc: () => this.#auc(this.#move, times),
      moveLogLoss: () => total.move.logLoss,
      moveBrier: () => total.move.brierScore,
      moveEce: () => total.move.calibrationError,
      leaveWorkAuc: () => this.#auc(this.#leaveWork, times),
      leaveWorkLogLoss: () => total.leaveWork.logLoss,
      leaveWorkBrier: () => total.leaveWork.brierScore,
      leaveWorkEce: () => total.leaveWork.calibrationError,
      top1Ece: () => total.top1.calibrationError,
    };
    return metricsBy((metric) => values[metric]());
  }

  bootstrap(draws: Iterable<Float64Array>): BootstrappedMetrics {
    return { metrics: this.metrics(), samples: Array.from(draws, (times) => this.metrics(times)) };
  }

  #auc(outcome: BinaryOutcome, times?: Float64Array): number {
    if (!times) return auc(outcome);
    const { person } = this.table;
    const { rows } = outcome;
    const weights = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) weights[i] = times[person[rows[i]]];
    return auc(outcome, weights);
  }

  #row(person: number): Float64Array {
    return this.#sums.subarray(person * columns, (person + 1) * columns);
  }
}
