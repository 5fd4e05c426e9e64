import type { CareerStep } from './careerStep.ts';
import type { Component, TrainingSteps } from './component.ts';
import { forEachPast } from './ownHistory.ts';
import type { Cells } from './smoothedTable.ts';
import { massAt, RowCounts, type Smoothing } from './sparseRow.ts';

/**
 * "People who were once in i went on to j": every earlier state votes with its own row, by recency. Unlike a transition
 * table it lets the whole career speak for a state that the person has never been in. Rows lean on `base`.
 */
export class PastStates implements Component {
  constructor(
    readonly decay: number,
    readonly rows: Cells,
    private readonly base: Component,
  ) {}

  static fit(
    { decay, smoothing }: { decay: number; smoothing: Smoothing },
    { steps, states, person }: TrainingSteps,
    { minimumPeople = 1, base }: { minimumPeople?: number; base: Component },
  ): PastStates {
    const counts = new Map<number, RowCounts>();
    steps.forEach((step, i) => {
      forEachPast(step, decay, (past, share) => {
        let cell = counts.get(past);
        if (!cell) counts.set(past, (cell = new RowCounts()));
        cell.add(states[i], person[i], share);
      });
    });
    const rows: Cells = new Map();
    for (const [state, cell] of counts)
      if (cell.people >= minimumPeople) rows.set(state, cell.smooth(smoothing));
    return new PastStates(decay, rows, base);
  }

  fill(step: CareerStep, probs: Float64Array): void {
    this.base.fill(step, probs);
    let backoff = step.position === 0 ? 1 : 0;
    const own = new Float64Array(probs.length);
    forEachPast(step, this.decay, (past, share) => {
      const row = this.rows.get(past);
      backoff += share * (row?.backoff ?? 1);
      row?.states.forEach((state, i) => (own[state] += share * row.mass[i]));
    });
    for (let j = 0; j < probs.length; j++) probs[j] = backoff * probs[j] + own[j];
  }

  at(step: CareerStep, state: number): number {
    let backoff = step.position === 0 ? 1 : 0;
    let own = 0;
    forEachPast(step, this.decay, (past, share) => {
      const row = this.rows.get(past);
      backoff += share * (row?.backoff ?? 1);
      if (row) own += share * massAt(row, state);
    });
    return backoff * this.base.at(step, state) + own;
  }
}
