import type { CareerStep } from './careerStep.ts';
import type { Component, TableLevel, TrainingSteps } from './component.ts';
import { cellKey } from './features.ts';
import { refine, refineAt, RowCounts, type SparseRow } from './sparseRow.ts';

/** Rows of one level by the number of their cell. */
export type Cells = Map<number, SparseRow>;

/**
 * A chain of conditional distributions from coarse to fine, each smoothed towards the one before; the first leans on
 * the uniform distribution. A cell that training never saw is passed over. Every state has positive
 * probability.
 */
export class SmoothedTable implements Component {
  readonly #keys: readonly ((step: CareerStep) => number)[];

  constructor(
    readonly levels: readonly TableLevel[],
    readonly cells: readonly Cells[],
    readonly stateCount: number,
  ) {
    this.#keys = levels.map(({ features }) => cellKey(features));
  }

  /** Cells behind which stand fewer than `minimumPeople` people are left out. */
  static fit(
    levels: readonly TableLevel[],
    { steps, states, person, stateCount }: TrainingSteps,
    minimumPeople = 1,
  ): SmoothedTable {
    const cells = levels.map((level) => {
      const keyOf = cellKey(level.features);
      const counts = new Map<number, RowCounts>();
      steps.forEach((step, i) => {
        const key = keyOf(step);
        let cell = counts.get(key);
        if (!cell) counts.set(key, (cell = new RowCounts()));
        cell.add(states[i], person[i]);
      });
      const rows: Cells = new Map();
      for (const [key, cell] of counts) if (cell.people >= minimumPeople) rows.set(key, cell.smooth(level));
      return rows;
    });
    return new SmoothedTable(levels, cells, stateCount);
  }

  fill(step: CareerStep, probs: Float64Array): void {
    probs.fill(1 / this.stateCount);
    this.#keys.forEach((keyOf, level) => {
      const row = this.cells[level].get(keyOf(step));
      if (row) refine(probs, row);
    });
  }

  at(step: CareerStep, state: number): number {
    let prob = 1 / this.stateCount;
    this.#keys.forEach((keyOf, level) => {
      const row = this.cells[level].get(keyOf(step));
      if (row) prob = refineAt(prob, row, state);
    });
    return prob;
  }

  /** Whether training saw the step's finest cell. */
  knows(step: CareerStep): boolean {
    const finest = this.levels.length - 1;
    return this.cells[finest].has(this.#keys[finest](step));
  }
}
