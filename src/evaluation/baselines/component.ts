import type { CareerStep } from './careerStep.ts';
import type { FeatureName } from './features.ts';
import type { Smoothing } from './sparseRow.ts';

/** One way to predict a step. A mixture weighs several of them. */
export interface Component {
  /** Writes the distribution over the list; sums to 1. */
  fill(step: CareerStep, probs: Float64Array): void;
  /** Probability of one state: the same number that `fill` writes. */
  at(step: CareerStep, state: number): number;
}

/** One level of a table: its cells and how they lean on the level before. */
export interface TableLevel extends Smoothing {
  features: readonly FeatureName[];
}

/** What to fit; plain data, so that it can stand in a model file. */
export type ComponentSpec =
  /** The mixture's own table over age, education and sex, on which others lean where they know nothing. */
  | { kind: 'demographics'; name: string }
  | { kind: 'table'; name: string; levels: readonly TableLevel[] }
  | { kind: 'pastStates'; name: string; decay: number; smoothing: Smoothing }
  | { kind: 'ownHistory'; name: string; decay: number };

/** A baseline as plain data: what to fit, and on what its weights depend. */
export interface BaselineRecipe {
  components: readonly ComponentSpec[];
  /** Features of the gate's levels, coarse to fine; the first is empty. */
  gate: readonly (readonly FeatureName[])[];
}

/** Training steps with what was observed, person after person. */
export interface TrainingSteps {
  steps: readonly CareerStep[];
  /** Observed state of each step. */
  states: Int32Array;
  /** Number of the person of each step; equal numbers stand together. */
  person: Int32Array;
  /** Length of the occupation list. */
  stateCount: number;
}
