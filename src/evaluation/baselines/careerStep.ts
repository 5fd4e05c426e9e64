import type { CareerHistory } from '../../career/index.ts';
import type { NextStep, OccupationList } from '../../occupation/index.ts';

/**
 * One step to be predicted, as integers. A state is a position in the occupation list; `list length` stands for an
 * occupation outside the list, `list length + 1` for none. Only what is known before the step's occupation.
 */
export interface CareerStep {
  /** Every state of the career; this step's own is at `position` (absent when it is yet to come). */
  states: Int32Array;
  position: number;
  previous: number;
  /** The latest state that differs from the previous one. */
  lastDifferent: number;
  /** The latest state that is a job. */
  lastJob: number;
  previousKind: PreviousKind;
  /** Observations in a row in the previous state. */
  runLength: number;
  /** Years since the previous observation. */
  gapYears: number;
  /** Year minus birth year, null where unknown. */
  age: number | null;
  /** Positions in the encoding's words; 0 = unknown or a word that training did not know. */
  education: number;
  sex: number;
}

export type PreviousKind = 'job' | 'in_school' | 'not_working';

/** Words that a fitted model knows, in the order that gives them their numbers 1, 2, … */
export interface StepWords {
  education: string[];
  sex: string[];
}

export type StepEncoder = (history: CareerHistory, next?: NextStep) => CareerStep[];

/** The words of a training panel, sorted so that the order of people does not matter. */
export function stepWords(histories: readonly CareerHistory[]): StepWords {
  const education = new Set<string>();
  const sex = new Set<string>();
  for (const history of histories) {
    if (history.sex) sex.add(history.sex);
    for (const observation of history.observations)
      if (observation.education) education.add(observation.education);
  }
  return { education: [...education].sort(), sex: [...sex].sort() };
}

/** Turns a career into its steps; with `next`, one more for the step that has no occupation yet. */
export function stepEncoder(list: OccupationList, words: StepWords): StepEncoder {
  const stateOf = new Map(list.occupations.map(({ code }, state) => [code, state]));
  const outside = list.occupations.length;
  const none = outside + 1;
  const kinds = Array.from({ length: outside + 1 }, (): PreviousKind => 'job');
  for (const code of ['in_school', 'not_working'] as const) {
    const state = stateOf.get(code);
    if (state !== undefined) kinds[state] = code;
  }

  return (history, next) => {
    const { observations, birthYear } = history;
    const sex = words.sex.indexOf(history.sex ?? '') + 1;
    const states = Int32Array.from(observations, ({ occupationCode }) =>
      occupationCode === null ? outside : (stateOf.get(occupationCode) ?? outside),
    );
    let lastDifferent = none;
    let lastJob = none;
    let runLength = 0;
    return (next ? [...observations, next] : observations).map((step, position) => {
      const previous = position > 0 ? states[position - 1] : none;
      if (position > 0) {
        const isRepeat = position > 1 && states[position - 2] === previous;
        if (position > 1 && !isRepeat) lastDifferent = states[position - 2];
        runLength = isRepeat ? runLength + 1 : 1;
        if (kinds[previous] === 'job') lastJob = previous;
      }
      return {
        states,
        position,
        previous,
        lastDifferent,
        lastJob,
        previousKind: position > 0 ? kinds[previous] : 'job',
        runLength,
        gapYears: position > 0 ? step.year - observations[position - 1].year : 0,
        age: birthYear === undefined ? null : step.year - birthYear,
        education: words.education.indexOf(step.education ?? '') + 1,
        sex,
      };
    });
  };
}
