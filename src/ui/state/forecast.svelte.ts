import type { CareerHistory } from '../../career/index.ts';
import type { NextStep, OccupationList } from '../../occupation/index.ts';
import { isAbort, type AppError } from '../../platform/index.ts';
import type { AdapterAnswer, OnwardWorker, Unanswered } from '../../worker/index.ts';
import { asAppError } from '../advice.ts';
import { type Answer, languageRoute, languageRouteId, type ModelAnswer, showing } from '../answer/answer.ts';
import { LatestOnly } from './latestOnly.ts';
import type { ShownModel } from './shownModel.svelte.ts';

/** What is asked of the models: a career so far, the step after it, and the outcomes. */
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

/** A question that was put to the models. */
interface Asked {
  key: string;
  /** Compared by identity: two lists may have one name. */
  list: OccupationList;
  /** Ids of the models that answer beside the language model, the best of what ships last. */
  models: readonly string[];
}

/** The answers to the latest question. The old ones stay while the new ones are computed, each until its own is there. */
export class Forecast {
  #answer = $state.raw<Answer | null>(null);
  /** With the chosen model shown. */
  readonly answer = $derived.by(() => {
    const { chosen } = this.shown;
    return this.#answer && chosen ? showing(this.#answer, chosen.id) : this.#answer;
  });
  answeredKey = $state<string | null>(null);
  /** Whether models are being asked. */
  isAsking = $state(false);
  /** Whether what is shown is not yet of the latest question. */
  readonly isUpdating = $derived(this.isAsking && this.answer?.shown.isOlder !== false);
  error = $state.raw<AppError | null>(null);
  /** Models that were asked in vain by the latest question that all have heard. */
  unanswered = $state.raw<readonly Unanswered[]>([]);
  readonly #turns = new LatestOnly<void>();
  #asked: Asked | null = null;

  constructor(private readonly shown: Pick<ShownModel, 'chosen'>) {}

  /** Shows an answer that was computed elsewhere, unless this device has answered the same question already. */
  show(answer: Answer, key: string): void {
    if (key === this.answeredKey && this.answer?.origin.kind === 'live') return;
    this.#answer = answer;
    this.answeredKey = key;
  }

  /**
   * Asks the language model and these others. The latest question wins; a question that is being answered already is not asked
   * again.
   */
  async ask(worker: OnwardWorker, question: Question, models: readonly string[]): Promise<void> {
    const asked: Asked = { key: questionKey(question), list: question.list, models };
    if (this.#asked && isSame(asked, this.#asked)) return;
    this.#asked = asked;
    this.isAsking = true;
    this.#answer &&= older(this.#answer);
    await this.#turns.run(() => this.#predict(worker, question, asked));
  }

  /** Forgets what was asked, so that the same question is asked again (another device, a retry). */
  reset(): void {
    this.#asked = null;
    this.error = null;
  }

  async #predict(worker: OnwardWorker, question: Question, asked: Asked): Promise<void> {
    const { history, next, list } = question;
    const heard = new Map<string, ModelAnswer>();
    const onAnswer = (answer: AdapterAnswer) => {
      if (this.#asked !== asked) return;
      heard.set(answer.id, fresh(answer));
      this.#hear(question, asked, heard);
    };
    try {
      const request = { history, next, list, adapters: asked.models };
      const { renormalised, raw, adapters, unanswered, ...prediction } = await worker.predict(
        request,
        undefined,
        onAnswer,
      );
      if (this.#asked !== asked) return;
      const models = [languageRoute(renormalised), ...adapters.map(fresh)];
      this.#answer = {
        ...aboutQuestion(question),
        ...shownFirst(models.find(({ id }) => id === this.#wanted(asked)) ?? bestOf(models), models),
        raw,
        validMass: prediction.validMass,
        origin: { kind: 'live', milliseconds: prediction.milliseconds },
        work: prediction,
      };
      this.unanswered = unanswered;
      this.answeredKey = asked.key;
      this.error = null;
      this.isAsking = false;
    } catch (error) {
      if (this.#asked !== asked) return;
      // An aborted question is asked again when the model is back.
      if (!isAbort(error)) this.error = asAppError(error);
      this.isAsking = false;
      this.#asked = null;
    }
  }

  /**
   * An answer takes its row at once. The figures on screen change with an answer of the model that they are of, so that they
   * do not jump from model to model, or with that of the model that is wanted; where there are none yet, with the first.
   */
  #hear(question: Question, asked: Asked, heard: ReadonlyMap<string, ModelAnswer>): void {
    const before = this.answer?.list === question.list ? this.answer : null;
    const wanted = this.#wanted(asked);
    const isWantedThere = heard.has(wanted);
    // What was computed earlier stays whole until this device has the same to show.
    if (!isWantedThere && before?.origin.kind === 'precomputed') return;
    const rows = new Map([...(before?.models ?? []).map((model) => [model.id, model] as const), ...heard]);
    const models = [languageRouteId, ...asked.models].flatMap((id) => rows.get(id) ?? []);
    const shown = heard.get(isWantedThere ? wanted : (before?.shown.id ?? '')) ?? null;
    if (before && !shown) {
      this.#answer = { ...before, models };
      return;
    }
    this.#answer = {
      ...aboutQuestion(question),
      ...shownFirst(shown ?? bestOf([...heard.values()]), models),
      raw: null,
      validMass: null,
      origin: { kind: 'live', milliseconds: null },
    };
  }

  /** Id of the model that is to be shown. */
  #wanted({ models }: Asked): string {
    const id = this.shown.chosen?.id;
    if (id !== undefined && (id === languageRouteId || models.includes(id))) return id;
    return models.filter(isShipped).at(-1) ?? languageRouteId;
  }
}

function aboutQuestion({
  history,
  next,
  list,
}: Question): Pick<Answer, 'list' | 'year' | 'education' | 'previousCode'> {
  const previousCode = history.observations.at(-1)?.occupationCode ?? null;
  return { list, year: next.year, education: next.education, previousCode };
}

function shownFirst(
  shown: ModelAnswer,
  models: readonly ModelAnswer[],
): Pick<Answer, 'models' | 'shown' | 'probabilities'> {
  return { models, shown, probabilities: shown.probabilities };
}

/** As an answer to a question before the latest one. */
function older(answer: Answer): Answer {
  const shown = { ...answer.shown, isOlder: true };
  return { ...answer, shown, models: answer.models.map((model) => ({ ...model, isOlder: true })) };
}

function isSame(a: Asked, b: Asked): boolean {
  return a.key === b.key && a.list === b.list && a.models.join() === b.models.join();
}

const isShipped = (id: string): boolean => id.startsWith('shipped/');

/** The last of what ships, else the first. */
function bestOf(models: readonly ModelAnswer[]): ModelAnswer {
  return models.filter(({ id }) => isShipped(id)).at(-1) ?? models[0];
}

function fresh({ id, name, kind, probabilities }: AdapterAnswer): ModelAnswer {
  return { id, name, kind, probabilities, isOlder: false };
}
