import type { CareerHistory } from '../career/index.ts';
import type { NextStep, OccupationList } from '../occupation/index.ts';
import { AppError } from '../platform/index.ts';
import { stepEncoder, type CareerStep, type StepEncoder } from './baselines/careerStep.ts';
import { Gate } from './baselines/gate.ts';
import type { FeatureName } from './baselines/features.ts';
import type { ScoredCareer } from './scoredCareer.ts';

/** An average's weights as JSON: for each level of the gate, cell and then the models' weights. */
export interface AverageFile {
  format: 'onward-average';
  version: 1;
  models: string[];
  gate: number[][][];
}

/**
 * What the weights may depend on, coarse to fine: how long the person has been in the last occupation (0: nothing came
 * before), and whether that is a job. Finer cells were no better on the tuning people.
 */
const levels: readonly (readonly FeatureName[])[] = [[], ['shortRun'], ['shortRun', 'previousKind']];
/** Observations of the coarser cell's weights that a cell begins with. */
const strength = 200;
const iterations = 60;

/** A weighted average of models' distributions (a linear pool); weights depend on the step, and sum to 1. */
export class Average {
  readonly #encode: StepEncoder;

  constructor(
    readonly models: readonly string[],
    list: OccupationList,
    private readonly gate: Gate,
  ) {
    this.#encode = encoderOf(list);
  }

  /** The weights at every step, in the order of `models`; with `next`, one more for the step to come. */
  weights(history: CareerHistory, next?: NextStep): Float64Array[] {
    return this.#encode(history, next).map((step) => this.gate.weightsOf(step));
  }

  /**
   * What the average says about a career that every model has scored, in the order of `models`: probabilities of the
   * observed occupation and of staying. Ranks are not known: they would need whole distributions.
   */
  score(history: CareerHistory, scores: readonly ScoredCareer[]): ScoredCareer {
    if (scores.length !== this.models.length)
      throw new AppError('bad-input', `${scores.length} scores for ${this.models.length} models`);
    const weights = this.weights(history);
    const pooled = (logProbsOf: (score: ScoredCareer) => Float64Array | undefined) =>
      Float64Array.from(weights, (row, t) =>
        Math.log(
          row.reduce((sum, weight, m) => sum + weight * Math.exp(logProbsOf(scores[m])?.[t] ?? NaN), 0),
        ),
      );
    return {
      personId: history.personId,
      logProbs: pooled(({ logProbs }) => logProbs),
      stayLogProbs: pooled(({ stayLogProbs }) => stayLogProbs),
    };
  }

  toFile(): AverageFile {
    const { models, gate } = this;
    const packed = gate.weights.map((level) => Array.from(level, ([key, weights]) => [key, ...weights]));
    return { format: 'onward-average', version: 1, models: [...models], gate: packed };
  }

  /** Throws AppError `integrity` for another format. */
  static fromFile(file: AverageFile, list: OccupationList): Average {
    const isKnown = (file.format as string) === 'onward-average' && (file.version as number) === 1;
    if (!isKnown || file.gate.length !== levels.length)
      throw new AppError('integrity', 'This is no average of models that this version can read');
    const weights = file.gate.map(
      (level) => new Map(level.map(([key, ...row]) => [key, Float64Array.from(row)] as const)),
    );
    return new Average(file.models, list, new Gate(levels, weights));
  }
}

/**
 * Weights that maximise the likelihood of people whom none of the models has learned from (the tuning people), by
 * expectation maximization. `scores[m][p]`: model m about person p. Observations that some model could not score are
 * left out.
 */
export function fitAverage(
  models: readonly string[],
  people: readonly CareerHistory[],
  scores: readonly (readonly ScoredCareer[])[],
  list: OccupationList,
): Average {
  const encode = encoderOf(list);
  const steps: CareerStep[] = [];
  const probs: number[] = [];
  people.forEach((person, p) => {
    encode(person).forEach((step, t) => {
      const row = scores.map((model) => Math.exp(model[p].logProbs[t]));
      if (row.some(Number.isNaN)) return;
      steps.push(step);
      probs.push(...row);
    });
  });
  const observed = { probs: Float64Array.from(probs), components: models.length };
  return new Average(models, list, Gate.fit(levels, steps, observed, { strength, iterations }));
}

const encoderOf = (list: OccupationList): StepEncoder => stepEncoder(list, { education: [], sex: [] });
