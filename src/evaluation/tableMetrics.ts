import { auc, type BinaryOutcome, binaryOutcome } from './binaryOutcome.ts';
import { type MetricName, type Metrics, metricsBy } from './metrics.ts';
import { ObservationSums } from './observationSums.ts';
import { observationKinds, type ObservationTable } from './observationTable.ts';

/** Metrics of the people themselves and of every draw of them. */
export interface BootstrappedMetrics {
  metrics: Metrics;
  samples: readonly Metrics[];
}

/** An outcome's entries with the person of each. */
interface PersonalOutcome {
  outcome: BinaryOutcome;
  person: Int32Array;
}

/**
 * The metrics of one table for any number of person draws. All but the two AUCs are made of sums by person, so that a
 * draw goes through the people and not through their observations; an AUC goes through the observations in the one order
 * of their probabilities. Nothing is approximated.
 */
export class TableMetrics {
  /** Each person's sums but for zeros, of which most are: from `#start[person]` on, the columns and their values. */
  readonly #start: Int32Array;
  readonly #column: Uint8Array;
  readonly #value: Float64Array;
  readonly #move: PersonalOutcome;
  readonly #leaveWork: PersonalOutcome;

  constructor(table: ObservationTable) {
    const { start, column, value } = personSums(table);
    this.#start = start;
    this.#column = column;
    this.#value = value;
    const personal = (outcome: BinaryOutcome): PersonalOutcome => ({
      outcome,
      person: outcome.rows.map((row) => table.person[row]),
    });
    this.#move = personal(binaryOutcome(table.moveProb, table.isMove));
    this.#leaveWork = personal(binaryOutcome(table.leaveProb, table.isLeave));
  }

  /** Sums over everybody, or with each person as many `times`. */
  total(times?: Float64Array): ObservationSums {
    const total = new Float64Array(ObservationSums.columns);
    for (let person = 0; person + 1 < this.#start.length; person++) {
      const weight = times ? times[person] : 1;
      // An impossible observation's nll is infinite, and 0 · ∞ is no number.
      if (weight === 0) continue;
      const end = this.#start[person + 1];
      for (let i = this.#start[person]; i < end; i++) total[this.#column[i]] += weight * this.#value[i];
    }
    return new ObservationSums(total);
  }

  /** All metrics over everybody, or with each person as many `times`. */
  metrics(times?: Float64Array): Metrics {
    const total = this.total(times);
    const values: Record<MetricName, number> = {
      perplexity: total.perplexity(...observationKinds),
      perplexityLaterObservations: total.perplexity('stay', 'return', 'new'),
      first: total.perplexity('first'),
      stay: total.perplexity('stay'),
      return: total.perplexity('return'),
      new: total.perplexity('new'),
      top1: total.topAccuracy(1),
      top5: total.topAccuracy(5),
      top10: total.topAccuracy(10),
      moveAuc: areaUnder(this.#move, times),
      moveLogLoss: total.move.logLoss,
      moveBrier: total.move.brierScore,
      moveEce: total.move.calibrationError,
      leaveWorkAuc: areaUnder(this.#leaveWork, times),
      leaveWorkLogLoss: total.leaveWork.logLoss,
      leaveWorkBrier: total.leaveWork.brierScore,
      leaveWorkEce: total.leaveWork.calibrationError,
      top1Ece: total.top1.calibrationError,
    };
    return metricsBy((metric) => values[metric]);
  }

  bootstrap(draws: Iterable<Float64Array>): BootstrappedMetrics {
    return { metrics: this.metrics(), samples: Array.from(draws, (times) => this.metrics(times)) };
  }
}

/** Sums of each person without the zeros. A person's rows need not stand together. */
function personSums(table: ObservationTable): { start: Int32Array; column: Uint8Array; value: Float64Array } {
  const observations = Array.from({ length: table.people }, (): number[] => []);
  table.person.forEach((person, i) => observations[person].push(i));
  const row = new Float64Array(ObservationSums.columns);
  const sums = new ObservationSums(row);
  const start = new Int32Array(table.people + 1);
  const columns: number[] = [];
  const values: number[] = [];
  observations.forEach((own, person) => {
    row.fill(0);
    for (const i of own) sums.add(table, i);
    for (let column = 0; column < row.length; column++) {
      if (row[column] === 0) continue;
      columns.push(column);
      values.push(row[column]);
    }
    start[person + 1] = columns.length;
  });
  return { start, column: Uint8Array.from(columns), value: Float64Array.from(values) };
}

function areaUnder({ outcome, person }: PersonalOutcome, times?: Float64Array): number {
  if (!times) return auc(outcome);
  const weights = new Float64Array(person.length);
  for (let i = 0; i < person.length; i++) weights[i] = times[person[i]];
  return auc(outcome, weights);
}
