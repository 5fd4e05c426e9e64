import type { CareerHistory } from '../../career/index.ts';
import type { NextStep, OccupationList, OccupationModel } from '../../occupation/index.ts';
import { CareerScorer } from '../careerScorer.ts';
import { packRows, type ProbabilityRows } from '../probabilityRows.ts';
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
  readonly #scorer: CareerScorer;

  constructor(readonly parts: BaselineParts) {
    this.name = parts.name;
    this.list = parts.list;
    this.#encode = stepEncoder(parts.list, parts.words);
    this.#scorer = new CareerScorer(parts.list);
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
    const probs = new Float64Array(this.list.occupations.length);
    const scratch = new Float64Array(probs.length);
    return this.#scorer.score(history, (t) => {
      this.#fill(steps[t], probs, scratch);
      return probs;
    });
  }

  /** The distribution before every observation of a panel. */
  rows(histories: readonly CareerHistory[]): ProbabilityRows {
    const occupations = this.list.occupations.length;
    const probs = new Float64Array(occupations);
    const scratch = new Float64Array(occupations);
    const people = histories.map((history) => {
      const own = new Float32Array(history.observations.length * occupations);
      this.#encode(history).forEach((step, t) => {
        this.#fill(step, probs, scratch);
        own.set(probs, t * occupations);
      });
      return own;
    });
    return packRows(people, occupations);
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
