import type { CareerHistory, Observation } from '../career/index.ts';
import { AppError } from '../platform/index.ts';
import type { ScoredCareer } from './scoredCareer.ts';

/**
 * `first`: nothing comes before it. `stay`: as the previous one. `return`: seen earlier in this career, but not the
 * previous one. `new`: never seen in this career.
 */
export const observationKinds = ['first', 'stay', 'return', 'new'] as const;
export type ObservationKind = (typeof observationKinds)[number];

/** Identity of an observation's occupation: its code, or its title where it has none. */
function stateOf(observation: Observation): string {
  return observation.occupationCode ?? `title:${observation.title}`;
}

/** The kind of every observation of one career. */
export function kindsOf(history: CareerHistory): ObservationKind[] {
  const seen = new Set<string>();
  let previous = '';
  return history.observations.map((observation, t) => {
    const state = stateOf(observation);
    const kind = t === 0 ? 'first' : state === previous ? 'stay' : seen.has(state) ? 'return' : 'new';
    seen.add(state);
    previous = state;
    return kind;
  });
}

/** All scored observations of a panel, flat; what metrics and the bootstrap run over. NaN = not known. */
export interface ObservationTable {
  people: number;
  /** Observations whose occupation is outside the list: left out of every metric. */
  unscored: number;
  /** Position of each observation's person in the panel. */
  person: Int32Array;
  /** Position of the observation in the career. */
  step: Int32Array;
  /** Index into `observationKinds`. */
  kind: Uint8Array;
  /** −ln p of the observed occupation. */
  nll: Float64Array;
  rank: Float64Array;
  topProb: Float64Array;
  /** P(move); NaN at first observations. */
  moveProb: Float64Array;
  /** P(not working) where the previous state is a job, else NaN. */
  leaveProb: Float64Array;
  isMove: Uint8Array;
  isLeave: Uint8Array;
}

/**
 * Lines up careers with what a model said about them.
 * Throws AppError `bad-input` where people or numbers of observations differ.
 */
export function observationTable(
  histories: readonly CareerHistory[],
  scores: readonly ScoredCareer[],
): ObservationTable {
  if (histories.length !== scores.length) {
    throw new AppError('bad-input', `${scores.length} scored careers for ${histories.length} people`);
  }
  const rows = histories.flatMap((history, person) => careerRows(history, scores[person], person));
  const scored = rows.filter((row) => !Number.isNaN(row.nll));
  return {
    people: histories.length,
    unscored: rows.length - scored.length,
    person: Int32Array.from(scored, (row) => row.person),
    step: Int32Array.from(scored, (row) => row.step),
    kind: Uint8Array.from(scored, (row) => observationKinds.indexOf(row.kind)),
    nll: Float64Array.from(scored, (row) => row.nll),
    rank: Float64Array.from(scored, (row) => row.rank),
    topProb: Float64Array.from(scored, (row) => row.topProb),
    moveProb: Float64Array.from(scored, (row) => row.moveProb),
    leaveProb: Float64Array.from(scored, (row) => row.leaveProb),
    isMove: Uint8Array.from(scored, (row) => Number(row.kind === 'return' || row.kind === 'new')),
    isLeave: Uint8Array.from(scored, (row) => Number(row.isNotWorking)),
  };
}

/** Some rows of a table, with only the people who have one; these are numbered anew, in the same order. */
export function pickRows(table: ObservationTable, rows: readonly number[]): ObservationTable {
  const number = new Map<number, number>();
  const person = Int32Array.from(rows, (row) => {
    const known = number.get(table.person[row]) ?? number.size;
    number.set(table.person[row], known);
    return known;
  });
  const floats = (column: Float64Array) => Float64Array.from(rows, (row) => column[row]);
  const flags = (column: Uint8Array) => Uint8Array.from(rows, (row) => column[row]);
  return {
    people: number.size,
    unscored: 0,
    person,
    step: Int32Array.from(rows, (row) => table.step[row]),
    kind: flags(table.kind),
    nll: floats(table.nll),
    rank: floats(table.rank),
    topProb: floats(table.topProb),
    moveProb: floats(table.moveProb),
    leaveProb: floats(table.leaveProb),
    isMove: flags(table.isMove),
    isLeave: flags(table.isLeave),
  };
}

const nonJobs = new Set<string | null>(['in_school', 'not_working']);

function careerRows(history: CareerHistory, score: ScoredCareer, person: number) {
  const { observations, personId } = history;
  if (score.personId !== personId || score.logProbs.length !== observations.length) {
    throw new AppError('bad-input', `The scores of person ${personId} do not fit the career`);
  }
  const kinds = kindsOf(history);
  return observations.map((observation, t) => {
    const rank = score.ranks?.[t] ?? 0;
    const followsJob = t > 0 && !nonJobs.has(observations[t - 1].occupationCode);
    return {
      person,
      step: t,
      kind: kinds[t],
      nll: -score.logProbs[t],
      rank: rank > 0 ? rank : NaN,
      topProb: score.topProbs?.[t] ?? NaN,
      moveProb: t > 0 ? -Math.expm1(score.stayLogProbs?.[t] ?? NaN) : NaN,
      leaveProb: followsJob ? Math.exp(score.notWorkingLogProbs?.[t] ?? NaN) : NaN,
      isNotWorking: observation.occupationCode === 'not_working',
    };
  });
}
