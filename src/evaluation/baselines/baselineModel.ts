import type { CareerHistory } from '../../career/index.ts';
import type { NextStep, OccupationList, OccupationModel } from '../../occupation/index.ts';
import type { ScoredCareer } from '../scoredCareer.ts';
import { type CareerStep, stepEncoder, type StepEncoder, type StepWords } from './careerStep.ts';
import type { BaselineRecipe, Component } from './component.ts';
import type { Gate } from './gate.ts';
import type { SmoothedTable } from './smoothedTable.ts';

/** The fitted parts of a baseline. `components` stand in the recipe's order. */
export interface BaselineParts {
  name: string;
  list: OccupationList;
  words: StepWords;
  recipe: BaselineRecipe;
  demographics: SmoothedTable;
  /** Predicts first observations at the ages at which the training people's careers begin; elsewhere `demographics` does. */
  initial: SmoothedTable;
  components: readonly Component[];
  /** Weights of the components at later observations. */
  gate: Gate;
}

/** Transition tables, own history, or a mixture of them, as an occupation model. Answers at once; never raw. */
export class BaselineModel implements OccupationModel {
  readonly isRaw = false;
  readonly name: string;
  readonly list: OccupationList;
  readonly #encode: StepEncoder;
  readonly #notWorking: number;

  constructor(readonly parts: BaselineParts) {
    this.name = parts.name;
    this.list = parts.list;
    this.#encode = stepEncoder(parts.list, parts.words);
    this.#notWorking = parts.list.occupations.findIndex(({ code }) => code === 'not_working');
  }

  /** Distribution over the list for the step after `history`; every entry is positive. */
  probabilities(history: CareerHistory, next: NextStep): Float64Array {
    const probs = new Float64Array(this.list.occupations.length);
    const step = this.#encode(history, next).at(-1);
    if (step) this.#fill(step, probs, new Float64Array(probs.length));
    return probs;
  }

  /** Every observation of a career, each predicted from what came before it. */
  scoreCareer(history: CareerHistory): Required<ScoredCareer> {
    const steps = this.#encode(history);
    const score: Required<ScoredCareer> = {
      personId: history.personId,
      logProbs: new Float64Array(steps.length).fill(NaN),
      stayLogProbs: new Float64Array(steps.length).fill(NaN),
      notWorkingLogProbs: new Float64Array(steps.length).fill(NaN),
      ranks: new Int32Array(steps.length),
      topProbs: new Float64Array(steps.length),
    };
    const probs = new Float64Array(this.list.occupations.length);
    const scratch = new Float64Array(probs.length);
    steps.forEach((step, t) => {
      this.#fill(step, probs, scratch);
      const state = step.states[t];
      score.topProbs[t] = probs.reduce((a, b) => Math.max(a, b), 0);
      if (t > 0) score.stayLogProbs[t] = Math.log(probs[step.previous] ?? NaN);
      if (this.#notWorking >= 0) score.notWorkingLogProbs[t] = Math.log(probs[this.#notWorking]);
      if (state >= probs.length) return;
      score.logProbs[t] = Math.log(probs[state]);
      score.ranks[t] = rankOf(probs, state);
    });
    return score;
  }

  #fill(step: CareerStep, probs: Float64Array, scratch: Float64Array): void {
    const { initial, demographics, components, gate } = this.parts;
    if (step.position === 0) {
      (initial.knows(step) ? initial : demographics).fill(step, probs);
      return;
    }
    const weights = gate.weightsOf(step);
    probs.fill(0);
    components.forEach((component, c) => {
      component.fill(step, scratch);
      for (let j = 0; j < probs.length; j++) probs[j] += weights[c] * scratch[j];
    });
  }
}

/** 1 + number of states that are more probable; among equals the earlier in the list comes first. */
function rankOf(probs: Float64Array, state: number): number {
  let rank = 1;
  for (let j = 0; j < probs.length; j++) {
    if (probs[j] > probs[state] || (probs[j] === probs[state] && j < state)) rank += 1;
  }
  return rank;
}
