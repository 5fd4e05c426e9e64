import type { CareerHistory, Observation } from '../../career/index.ts';
import { isAbort, type AppError } from '../../platform/index.ts';
import type { OnwardWorker } from '../../worker/index.ts';
import { asAppError } from '../advice.ts';
import { LatestOnly } from './latestOnly.ts';

/** One step of a career and the probability that the model gave it from what came before. */
export interface ReviewedStep {
  observation: Observation;
  probability: number;
  /** Probability of repeating the step before; null at the first step. */
  stayProbability: number | null;
}

/** How expected each step of the career was. Computed only while the person looks at it. */
export class PastReview {
  steps = $state.raw<readonly ReviewedStep[] | null>(null);
  isUpdating = $state(false);
  error = $state.raw<AppError | null>(null);
  readonly #turns = new LatestOnly<void>();
  #asked: CareerHistory | null = null;

  async ask(worker: OnwardWorker, history: CareerHistory): Promise<void> {
    this.#asked = history;
    if (history.observations.length === 0) {
      this.steps = [];
      return;
    }
    this.isUpdating = true;
    await this.#turns.run(() => this.#score(worker, history));
    if (this.#asked === history) this.isUpdating = false;
  }

  async #score(worker: OnwardWorker, history: CareerHistory): Promise<void> {
    try {
      const [score] = await worker.scoreCareers([history], () => undefined);
      if (this.#asked !== history || !score) return;
      this.steps = history.observations.map((observation, t) => ({
        observation,
        probability: Math.exp(score.logProbs[t] ?? NaN),
        stayProbability: t === 0 ? null : Math.exp(score.stayLogProbs[t] ?? NaN),
      }));
      this.error = null;
    } catch (error) {
      if (this.#asked === history && !isAbort(error)) this.error = asAppError(error);
    }
  }
}
