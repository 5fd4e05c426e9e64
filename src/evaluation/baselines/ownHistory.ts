import type { CareerStep } from './careerStep.ts';
import type { Component } from './component.ts';

/**
 * The person's own earlier states, each weighted by decay^(steps before the previous one): decay 1 counts them, decay 0
 * is "stay". Nothing is fitted. The share of past states outside the list is spread evenly over it.
 */
export class OwnHistory implements Component {
  constructor(
    readonly decay: number,
    private readonly stateCount: number,
  ) {}

  fill(step: CareerStep, probs: Float64Array): void {
    let outside = step.position === 0 ? 1 : 0;
    probs.fill(0);
    forEachPast(step, this.decay, (state, share) => {
      if (state < probs.length) probs[state] += share;
      else outside += share;
    });
    if (outside > 0) for (let j = 0; j < probs.length; j++) probs[j] += outside / probs.length;
  }

  at(step: CareerStep, state: number): number {
    let outside = step.position === 0 ? 1 : 0;
    let prob = 0;
    forEachPast(step, this.decay, (past, share) => {
      if (past === state) prob += share;
      else if (past >= this.stateCount) outside += share;
    });
    return prob + outside / this.stateCount;
  }
}

/** Earlier states from the previous one backwards, with recency shares that sum to 1. */
export function forEachPast(
  { states, position }: CareerStep,
  decay: number,
  visit: (state: number, share: number) => void,
): void {
  if (position === 0) return;
  const total = decay === 1 ? position : (1 - decay ** position) / (1 - decay);
  let weight = 1;
  for (let t = position - 1; t >= 0 && weight > 0; t--) {
    visit(states[t], weight / total);
    weight *= decay;
  }
}
