import type { CareerHistory } from '../career/index.ts';
import { auc, type BinaryOutcome, binaryOutcome, brierScore, logLoss } from './binaryOutcome.ts';
import { personDraws, standardDeviation } from './bootstrap.ts';
import { expectedCalibrationError, type ReliabilityBin, reliabilityBins } from './calibration.ts';
import {
  type ObservationKind,
  observationKinds,
  type ObservationTable,
  observationTable,
} from './observationTable.ts';
import { topAccuracy } from './perplexity.ts';
import type { ScoredCareer } from './scoredCareer.ts';

/** Metrics that come with a bootstrap standard error. Perplexities are exp(mean nll) per observation. */
export interface Headline {
  /** First observations included. */
  perplexity: number | null;
  /** Observations t ≥ 2 only. */
  perplexityLaterObservations: number | null;
  first: number | null;
  stay: number | null;
  return: number | null;
  new: number | null;
  top1: number | null;
  top5: number | null;
  top10: number | null;
  moveAuc: number | null;
  leaveWorkAuc: number | null;
}

/** JSON-serialisable; null = cannot be known from what was scored. */
export interface EvaluationReport extends Headline {
  moveLogLoss: number | null;
  moveBrier: number | null;
  moveEce: number | null;
  leaveWorkLogLoss: number | null;
  leaveWorkBrier: number | null;
  leaveWorkEce: number | null;
  /** Of the most probable occupation's probability against how often it was right. */
  top1Ece: number | null;
  moveReliability: ReliabilityBin[];
  standardErrors: Headline;
  bootstrapDraws: number;
  counts: {
    people: number;
    observations: number;
    laterObservations: number;
    first: number;
    stay: number;
    return: number;
    new: number;
    unscored: number;
  };
}

export interface EvaluationOptions {
  /** Person draws for the standard errors; 0 leaves them out. */
  draws?: number;
  seed?: number | string;
}

/**
 * Everything of the paper's metrics for one model on one panel; scores in the order of the histories.
 * Throws AppError `bad-input` where they do not fit together.
 */
export function evaluate(
  histories: readonly CareerHistory[],
  scores: readonly ScoredCareer[],
  { draws = 500, seed = 0 }: EvaluationOptions = {},
): EvaluationReport {
  const table = observationTable(histories, scores);
  const move = binaryOutcome(table.moveProb, table.isMove);
  const leave = binaryOutcome(table.leaveProb, table.isLeave);
  const top = binaryOutcome(
    table.topProb,
    Uint8Array.from(table.rank, (rank) => Number(rank === 1)),
  );
  const samples = Array.from(personDraws(table.people, draws, seed), (times) =>
    headline(
      table,
      move,
      leave,
      Float64Array.from(table.person, (person) => times[person]),
    ),
  );
  const bins = reliabilityBins(move);
  return {
    ...headline(table, move, leave),
    moveLogLoss: known(logLoss(move)),
    moveBrier: known(brierScore(move)),
    moveEce: known(expectedCalibrationError(bins)),
    leaveWorkLogLoss: known(logLoss(leave)),
    leaveWorkBrier: known(brierScore(leave)),
    leaveWorkEce: known(expectedCalibrationError(reliabilityBins(leave))),
    top1Ece: known(expectedCalibrationError(reliabilityBins(top))),
    moveReliability: bins.filter((bin) => bin.count > 0),
    standardErrors: spread(samples),
    bootstrapDraws: draws,
    counts: countsOf(table),
  };
}

/** One report for each value of `groupOf`, over the people of that group. */
export function evaluateBySubgroup(
  histories: readonly CareerHistory[],
  scores: readonly ScoredCareer[],
  groupOf: (history: CareerHistory) => string,
  options: EvaluationOptions = {},
): Map<string, EvaluationReport> {
  const members = new Map<string, number[]>();
  histories.forEach((history, i) => {
    const group = groupOf(history);
    const people = members.get(group);
    if (people) people.push(i);
    else members.set(group, [i]);
  });
  return new Map(
    Array.from(members, ([group, people]) => [
      group,
      evaluate(
        people.map((i) => histories[i]),
        people.map((i) => scores[i]),
        options,
      ),
    ]),
  );
}

function headline(
  table: ObservationTable,
  move: BinaryOutcome,
  leave: BinaryOutcome,
  weights?: Float64Array,
): Headline {
  const nll = new Float64Array(observationKinds.length);
  const total = new Float64Array(observationKinds.length);
  for (let i = 0; i < table.nll.length; i++) {
    const weight = weights ? weights[i] : 1;
    if (weight === 0) continue;
    nll[table.kind[i]] += weight * table.nll[i];
    total[table.kind[i]] += weight;
  }
  const of = (...kinds: readonly ObservationKind[]) => {
    const sumOver = (sums: Float64Array) =>
      kinds.reduce((sum, kind) => sum + sums[observationKinds.indexOf(kind)], 0);
    return known(Math.exp(sumOver(nll) / sumOver(total)));
  };
  const areaUnder = (outcome: BinaryOutcome) =>
    known(auc(outcome, weights && Float64Array.from(outcome.rows, (row) => weights[row])));
  return {
    perplexity: of(...observationKinds),
    perplexityLaterObservations: of('stay', 'return', 'new'),
    first: of('first'),
    stay: of('stay'),
    return: of('return'),
    new: of('new'),
    top1: known(topAccuracy(table.rank, 1, weights)),
    top5: known(topAccuracy(table.rank, 5, weights)),
    top10: known(topAccuracy(table.rank, 10, weights)),
    moveAuc: areaUnder(move),
    leaveWorkAuc: areaUnder(leave),
  };
}

function spread(samples: readonly Headline[]): Headline {
  const of = (metric: keyof Headline) =>
    known(standardDeviation(samples.map((sample) => sample[metric] ?? NaN)));
  return {
    perplexity: of('perplexity'),
    perplexityLaterObservations: of('perplexityLaterObservations'),
    first: of('first'),
    stay: of('stay'),
    return: of('return'),
    new: of('new'),
    top1: of('top1'),
    top5: of('top5'),
    top10: of('top10'),
    moveAuc: of('moveAuc'),
    leaveWorkAuc: of('leaveWorkAuc'),
  };
}

function countsOf(table: ObservationTable): EvaluationReport['counts'] {
  const of = (kind: ObservationKind) => table.kind.filter((each) => observationKinds[each] === kind).length;
  const first = of('first');
  return {
    people: table.people,
    observations: table.kind.length,
    laterObservations: table.kind.length - first,
    first,
    stay: of('stay'),
    return: of('return'),
    new: of('new'),
    unscored: table.unscored,
  };
}

/** JSON has no NaN; an infinite perplexity (an impossible observation) is not a number to average either. */
function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
