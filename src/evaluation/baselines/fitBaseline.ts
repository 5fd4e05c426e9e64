import type { CareerHistory } from '../../career/index.ts';
import type { OccupationList } from '../../occupation/index.ts';
import { BaselineModel } from './baselineModel.ts';
import { type CareerStep, stepEncoder, stepWords } from './careerStep.ts';
import type { BaselineRecipe, Component, ComponentSpec, TrainingSteps } from './component.ts';
import type { ObservedProbs } from './expectationMaximization.ts';
import { Gate } from './gate.ts';
import { OwnHistory } from './ownHistory.ts';
import { PastStates } from './pastStates.ts';
import { type BaselineName, baselineRecipes, demographicLevels, initialLevels } from './recipes.ts';
import { SmoothedTable } from './smoothedTable.ts';

export interface FitOptions {
  /** Table cells with fewer people behind them are left out; 10 for a model that is given away. */
  minimumPeople?: number;
  /** Parts that the people are cut into for fitting the weights. */
  folds?: number;
  recipe?: BaselineRecipe;
}

/** A starting age that fewer people share is no starting age: a career that begins there is read as one in progress. */
const fewestStarters = 10;

/** Pseudo-observations of the coarser cell's weights in each cell of a gate, and EM iterations in each. */
const gateFit = { strength: 50, iterations: 30 };

/**
 * Fits a baseline on these people. Weights come from cross-fitting: each fold of people is predicted by tables that
 * never saw them, so that no weight rewards a table for remembering. Then the tables are fitted once more on everybody.
 * Nothing is random. Observations outside the list teach nothing.
 */
export function fitBaseline(
  name: BaselineName,
  histories: readonly CareerHistory[],
  list: OccupationList,
  { minimumPeople = 1, folds = 10, recipe = baselineRecipes[name] }: FitOptions = {},
): BaselineModel {
  const words = stepWords(histories);
  const all = trainingSteps(histories, list, stepEncoder(list, words));
  const later = pick(all, ({ position }) => position > 0);
  const first = pick(all, ({ position }) => position === 0);
  const demographics = SmoothedTable.fit(demographicLevels, later, minimumPeople);
  const fitted = fitComponents(recipe.components, later, minimumPeople, demographics);
  const observed =
    fitted.length === 1
      ? { probs: new Float64Array(later.steps.length).fill(1), components: 1 }
      : crossFit(recipe.components, later, minimumPeople, folds);
  return new BaselineModel({
    name,
    list,
    words,
    recipe,
    demographics,
    initial: SmoothedTable.fit(initialLevels, first, Math.max(minimumPeople, fewestStarters)),
    components: fitted,
    gate: Gate.fit(recipe.gate, later.steps, observed, gateFit),
  });
}

function trainingSteps(
  histories: readonly CareerHistory[],
  list: OccupationList,
  encode: (history: CareerHistory) => CareerStep[],
): TrainingSteps {
  const careers = histories.map(encode);
  const steps = careers.flat();
  const all = {
    steps,
    states: Int32Array.from(steps, ({ states, position }) => states[position]),
    person: Int32Array.from(careers.flatMap((career, person) => career.map(() => person))),
    stateCount: list.occupations.length,
  };
  return pick(all, ({ states, position }) => states[position] < all.stateCount);
}

function pick(from: TrainingSteps, isWanted: (step: CareerStep, person: number) => boolean): TrainingSteps {
  const rows = Int32Array.from(from.steps.keys()).filter((row) =>
    isWanted(from.steps[row], from.person[row]),
  );
  return {
    steps: Array.from(rows, (row) => from.steps[row]),
    states: rows.map((row) => from.states[row]),
    person: rows.map((row) => from.person[row]),
    stateCount: from.stateCount,
  };
}

function fitComponents(
  specs: readonly ComponentSpec[],
  training: TrainingSteps,
  minimumPeople: number,
  demographics: SmoothedTable,
): Component[] {
  return specs.map((spec) => {
    switch (spec.kind) {
      case 'demographics':
        return demographics;
      case 'table':
        return SmoothedTable.fit(spec.levels, training, minimumPeople);
      case 'pastStates':
        return PastStates.fit(spec, training, { minimumPeople, base: demographics });
      case 'ownHistory':
        return new OwnHistory(spec.decay, training.stateCount);
    }
  });
}

/** Probability of every training observation under components fitted without its person's fold: [steps, components]. */
function crossFit(
  specs: readonly ComponentSpec[],
  training: TrainingSteps,
  minimumPeople: number,
  folds: number,
): ObservedProbs {
  const probs = new Float64Array(training.steps.length * specs.length);
  for (let fold = 0; fold < folds; fold++) {
    const rest = pick(training, (_, person) => person % folds !== fold);
    const demographics = SmoothedTable.fit(demographicLevels, rest, minimumPeople);
    const components = fitComponents(specs, rest, minimumPeople, demographics);
    training.steps.forEach((step, row) => {
      if (training.person[row] % folds !== fold) return;
      components.forEach((component, c) => {
        probs[row * specs.length + c] = component.at(step, training.states[row]);
      });
    });
  }
  return { probs, components: specs.length };
}
