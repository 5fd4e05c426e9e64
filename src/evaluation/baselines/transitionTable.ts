import type { CareerHistory } from '../../career/index.ts';
import type { OccupationList } from '../../occupation/index.ts';
import { AppError } from '../../platform/index.ts';
import { stepEncoder } from './careerStep.ts';
import { packCells, type PackedRow, unpackCells } from './packedRows.ts';
import type { Cells } from './smoothedTable.ts';
import { refine, RowCounts, type SparseRow } from './sparseRow.ts';

/** A number of people below this is never shown. */
export const fewestPeople = 10;
/** Shown numbers of people are rounded to this. */
const peopleUnit = 10;

/** Little smoothing: the row is shown as what people did, and is no model. */
const smoothing = { strength: 5, discount: 0.5 };

/** Where people went from each state, for display. Fit with `fitTransitions`, read with `transitionRow`. */
export interface TransitionTable {
  list: OccupationList;
  overall: SparseRow;
  /** By previous state; only those that at least `fewestPeople` people left or stayed in. */
  rows: Cells;
  /** People behind each row, and behind each of its next states; rounded, only where not below `fewestPeople`. */
  people: Map<number, { total: number; byState: Map<number, number> }>;
}

export interface TransitionRow {
  code: string;
  /** People whose last occupation it was, rounded to tens. */
  people: number;
  /** Next occupation in list order; sums to 1. */
  probabilities: Float64Array;
  /** Most probable first; only those to which at least `fewestPeople` people of the row went. */
  destinations: { code: string; title: string; probability: number; people: number }[];
}

/** Counts where people went next, over every pair of successive observations in the list. */
export function fitTransitions(histories: readonly CareerHistory[], list: OccupationList): TransitionTable {
  const encode = stepEncoder(list, { education: [], sex: [] });
  const overall = new RowCounts();
  const counts = new Map<number, RowCounts>();
  histories.forEach((history, person) => {
    for (const { states, position, previous } of encode(history)) {
      const next = states[position];
      if (position === 0 || next >= list.occupations.length || previous >= list.occupations.length) continue;
      overall.add(next, person);
      let row = counts.get(previous);
      if (!row) counts.set(previous, (row = new RowCounts()));
      row.add(next, person);
    }
  });
  const kept = [...counts].filter(([, row]) => row.people >= fewestPeople).sort(([a], [b]) => a - b);
  return {
    list,
    overall: overall.smooth({ strength: 1, discount: 0 }),
    rows: new Map(kept.map(([state, row]) => [state, row.smooth(smoothing)])),
    people: new Map(kept.map(([state, row]) => [state, shownPeople(row)])),
  };
}

/** "People whose last job was X went on to …"; null where fewer than `fewestPeople` people say so. */
export function transitionRow(
  { list, overall, rows, people }: TransitionTable,
  code: string,
): TransitionRow | null {
  const state = list.occupations.findIndex((occupation) => occupation.code === code);
  const row = rows.get(state);
  const counted = people.get(state);
  if (!row || !counted) return null;
  const probabilities = new Float64Array(list.occupations.length).fill(1 / list.occupations.length);
  refine(probabilities, overall);
  refine(probabilities, row);
  const destinations = Array.from(counted.byState, ([next, nextPeople]) => ({
    ...list.occupations[next],
    probability: probabilities[next],
    people: nextPeople,
  })).sort((a, b) => b.probability - a.probability);
  return { code, people: counted.total, probabilities, destinations };
}

/** JSON form of a transition table. */
export interface TransitionFile {
  format: 'onward-transitions';
  version: 1;
  states: number;
  overall: PackedRow;
  rows: PackedRow[];
  /** `[previous state, people, next state, people, …]` */
  people: number[][];
}

export function toTransitionFile({ list, overall, rows, people }: TransitionTable): TransitionFile {
  return {
    format: 'onward-transitions',
    version: 1,
    states: list.occupations.length,
    overall: packCells(new Map([[0, overall]]))[0],
    rows: packCells(rows),
    people: Array.from(people, ([state, { total, byState }]) => [state, total, ...[...byState].flat()]),
  };
}

/** The table of a file for the list that it was counted on. Throws AppError `integrity` for another format or list. */
export function fromTransitionFile(file: TransitionFile, list: OccupationList): TransitionTable {
  if (file.format !== 'onward-transitions' || file.version !== 1 || file.states !== list.occupations.length) {
    throw new AppError('integrity', `This is no transition table for the list ${list.name}`);
  }
  const [overall] = unpackCells([file.overall]).values();
  const people = file.people.map(([state, total, ...pairs]) => {
    const byState = new Map<number, number>();
    for (let i = 0; i < pairs.length; i += 2) byState.set(pairs[i], pairs[i + 1]);
    return [state, { total, byState }] as const;
  });
  return { list, overall, rows: unpackCells(file.rows), people: new Map(people) };
}

function shownPeople(row: RowCounts): { total: number; byState: Map<number, number> } {
  const shown = [...row.peopleByState()].filter(([, people]) => people >= fewestPeople);
  return {
    total: roundPeople(row.people),
    byState: new Map(shown.map(([state, people]) => [state, roundPeople(people)])),
  };
}

function roundPeople(people: number): number {
  return Math.round(people / peopleUnit) * peopleUnit;
}
