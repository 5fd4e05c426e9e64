import type { CareerHistory } from '../../career/index.ts';
import type { NextStep, OccupationList } from '../../occupation/index.ts';
import { isAbort, type AppError } from '../../platform/index.ts';
import type { OnwardWorker } from '../../worker/index.ts';
import { asAppError } from '../advice.ts';
import { type Answer, languageRoute, showing } from '../answer/answer.ts';
import { LatestOnly } from './latestOnly.ts';

/** What is asked of the model: a career so far, the step after it, and the outcomes. */
export interface Question {
  history: CareerHistory;
  next: NextStep;
  list: OccupationList;
}

/** Two questions with the same key have the same answer. */
export function questionKey({ history, next, list }: Question): string {
  const { personId: _, observations, ...facts } = history;
  const steps = observations.map(({ year, education, title, region }) => [year, education, title, region]);
  return JSON.stringify([list.name, facts, steps, next]);
}

/** The answer to the latest question. The old answer stays while the new one is computed. */
export class Forecast {
  #answer = $state.raw<Answer | null>(null);
  /** Id of the model that the person wants to see; null: the best that answers. */
  chosen = $state<string | null>(null);
  /** With the chosen model shown. */
  readonly answer = $derived(
    this.#answer && this.chosen !== null ? showing(this.#answer, this.chosen) : this.#answer,
  );
  answeredKey = $state<string | null>(null);
  isUpdating = $state(false);
  error = $state.raw<AppError | null>(null);
  readonly #turns = new LatestOnly<void>();
  /** Compared by identity: two lists may have one name. */
  #asked: { key: string; list: OccupationList } | null = null;

  /** Shows an answer that was computed elsewhere, unless this device has answered the same question already. */
  show(answer: Answer, key: string): void {
    if (key === this.answeredKey && this.answer?.origin.kind === 'live') return;
    this.#answer = answer;
    this.answeredKey = key;
  }

  /** Asks the model. The latest question wins; a question that is being answered already is not asked again. */
  async ask(worker: OnwardWorker, question: Question): Promise<void> {
    const key = questionKey(question);
    if (key === this.#asked?.key && question.list === this.#asked.list) return;
    const asked = { key, list: question.list };
    this.#asked = asked;
    this.isUpdating = true;
    await this.#turns.run(() => this.#predict(worker, question, asked));
  }

  /** Forgets what was asked, so that the same question is asked again (another device, a retry). */
  reset(): void {
    this.#asked = null;
    this.error = null;
  }

  async #predict(
    worker: OnwardWorker,
    { history, next, list }: Question,
    asked: { key: string },
  ): Promise<void> {
    try {
      const { renormalised, raw, adapters, ...prediction } = await worker.predict({ history, next, list });
      if (this.#asked !== asked) return;
      const models = [languageRoute(renormalised), ...adapters];
      const shown = models[models.length - 1];
      this.#answer = {
        list,
        probabilities: shown.probabilities,
        shown,
        models,
        raw,
        validMass: prediction.validMass,
        year: next.year,
        education: next.education,
        previousCode: history.observations.at(-1)?.occupationCode ?? null,
        origin: { kind: 'live', milliseconds: prediction.milliseconds },
        work: prediction,
      };
      this.answeredKey = asked.key;
      this.error = null;
      this.isUpdating = false;
    } catch (error) {
      if (this.#asked !== asked) return;
      // An aborted question is asked again when the model is back.
      if (!isAbort(error)) this.error = asAppError(error);
      this.isUpdating = false;
      this.#asked = null;
    }
  }
}
