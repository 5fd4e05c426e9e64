import type { CareerHistory } from '../career/index.ts';
import type { NextStep, OccupationList } from '../occupation/index.ts';
import { AppError } from '../platform/index.ts';
import { stepEncoder, type CareerStep, type StepEncoder } from './baselines/careerStep.ts';
import { Gate } from './baselines/gate.ts';
import type { FeatureName } from './baselines/features.ts';
import { checkRows, packRows, type ProbabilityRows, rowAt } from './probabilityRows.ts';
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

/**
 * A weighted average of models' distributions (a linear pool); weights depend on the step, and sum to 1. A log-linear
 * pool was no better on the tuning people.
 */
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

  /** The average's distribution for the step after `history`, from every model's; sums to 1 where theirs do. */
  probabilities(
    history: CareerHistory,
    next: NextStep,
    distributions: readonly ArrayLike<number>[],
  ): Float64Array {
    const probs = new Float64Array(distributions[0].length);
    const weights = this.weights(history, next).at(-1);
    if (weights) pool(weights, distributions, probs);
    return probs;
  }

  /** The average's distributions over a panel, from every model's. Throws AppError `bad-input` where they do not fit. */
  rows(histories: readonly CareerHistory[], models: readonly ProbabilityRows[]): ProbabilityRows {
    for (const rows of models) checkRows(histories, models[0].occupations, rows);
    this.#checkCount(models.length);
    const { occupations, offsets } = models[0];
    const people = histories.map((history, p) => {
      const own = new Float32Array(history.observations.length * occupations);
      this.weights(history).forEach((weights, t) => {
        const distributions = models.map((rows) => rowAt(rows, offsets[p] + t));
        pool(weights, distributions, own.subarray(t * occupations, (t + 1) * occupations));
      });
      return own;
    });
    return packRows(people, occupations);
  }

  /**
   * What the average says about a career that every model has scored, in the order of `models`: probabilities of the
   * observed occupation and of staying. Ranks are not known: they take whole distributions (`rows`).
   */
  score(history: CareerHistory, scores: readonly ScoredCareer[]): ScoredCareer {
    this.#checkCount(scores.length);
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

  #checkCount(count: number): void {
    if (count !== this.models.length)
      throw new AppError('bad-input', `${count} scores for ${this.models.length} models`);
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

/** Σ weight · distribution, written into `pooled`. */
function pool(
  weights: Float64Array,
  distributions: readonly ArrayLike<number>[],
  pooled: Float32Array | Float64Array,
): void {
  for (let j = 0; j < pooled.length; j++) {
    let sum = 0;
    for (let m = 0; m < weights.length; m++) sum += weights[m] * distributions[m][j];
    pooled[j] = sum;
  }
}

const encoderOf = (list: OccupationList): StepEncoder => stepEncoder(list, { education: [], sex: [] });
