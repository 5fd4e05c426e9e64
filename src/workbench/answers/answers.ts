import { isSameList, occ1990dd, type OccupationList } from '../../occupation/index.ts';
import { AppError, readMessages, throwIfAborted } from '../../platform/index.ts';
import {
  type AdapterAnswer,
  type Prediction,
  type PredictRequest,
  type Unanswered,
} from '../../predictors/language/index.ts';
import { type LearningResources, shippedPrefix } from '../../predictors/models.ts';
import type { AdapterSummary } from '../../storage/index.ts';
import type { KeptModels } from './keptModels.ts';
import { languageRouteId, OpenModels } from './openModels.ts';

type About = Pick<AdapterSummary, 'id' | 'name' | 'kind'>;

const languageRoute: About = {
  id: languageRouteId,
  name: 'Language model alone',
  kind: languageRouteId,
};

/** Kept models that stay open though the last question was not put to them. */
const spare = 2;

/**
 * What all models say about one career: the language model, what came with it, and what is kept on this device. Each is
 * asked once a question. Questions must not overlap.
 */
export class Answers {
  readonly #models: OpenModels;

  constructor(
    resources: LearningResources,
    private readonly kept: KeptModels,
    private readonly shipped: readonly AdapterSummary[],
  ) {
    this.#models = new OpenModels(resources, kept);
  }

  /**
   * The quickest model is asked first, and an average after its members; `onAnswer` hears of each answer as it is there.
   * A model that cannot answer says why in `unanswered`. Throws where the language model fails, and `aborted` and
   * `device-lost`.
   */
  async predict(
    { history, next, list = occ1990dd, adapters }: PredictRequest,
    onAnswer: (answer: AdapterAnswer) => void = () => undefined,
    signal?: AbortSignal,
  ): Promise<Prediction> {
    const asked = await this.#asked(adapters ?? this.shipped.map(({ id }) => id));
    const answers = new Map<string, AdapterAnswer>();
    const unanswered: Unanswered[] = [];
    for (const about of await this.#quickestFirst([...asked, languageRoute])) {
      await readMessages();
      throwIfAborted(signal);
      try {
        const model = await this.#models.model(about.id, signal);
        if (model.list && !isSameList(model.list, list)) {
          unanswered.push(ofAnotherList(about, model.list));
          continue;
        }
        const { codes, probabilities } = await model.predict(history, next, list, signal);
        const answer = { ...about, codes, probabilities };
        answers.set(about.id, answer);
        onAnswer(answer);
      } catch (error) {
        if (about.id === languageRouteId || isOfAll(error)) throw error;
        unanswered.push(failed(about, error));
      }
    }
    const route = await this.#models.route(signal);
    const { probabilities: _, ...said } = await route.predict(history, next, list, signal);
    await this.#models.keepOpen(
      asked.map(({ id }) => id),
      spare,
    );
    return { ...said, adapters: asked.flatMap(({ id }) => answers.get(id) ?? []), unanswered };
  }

  /** Lets go of what is open. */
  close(): Promise<void> {
    return this.#models.close();
  }

  /** What is known of these models now; those that changed since they were opened are opened anew. */
  async #asked(ids: readonly string[]): Promise<About[]> {
    const isKept = (id: string) => !id.startsWith(shippedPrefix);
    const kept = ids.some(isKept) ? await this.kept.list() : [];
    if (ids.some(isKept)) await this.#models.refresh(kept);
    const rows = [...this.shipped, ...kept];
    return ids.map((id) => {
      const { name, kind } = rows.find((row) => row.id === id) ?? { name: id, kind: '' };
      return { id, name, kind };
    });
  }

  /** By what the last answer took. What came with the model is opened in a moment; others, when all have answered. */
  async #quickestFirst(models: readonly About[]): Promise<About[]> {
    const costs = await Promise.all(
      models.map(
        async ({ id }) => (await this.#models.cost(id)) ?? (id.startsWith(shippedPrefix) ? 0 : Infinity),
      ),
    );
    const place = new Map(models.map((model, i) => [model, costs[i]]));
    return [...models].sort((a, b) => compared(place.get(a), place.get(b)));
  }
}

function compared(a = Infinity, b = Infinity): number {
  return a === b ? 0 : a - b;
}

function ofAnotherList({ id, name }: About, list: OccupationList): Unanswered {
  const message = `It predicts the list ${list.name} (${list.occupations.length} occupations).`;
  return { id, name, code: 'bad-input', message, list };
}

function failed({ id, name }: About, error: unknown): Unanswered {
  const code = error instanceof AppError ? error.code : 'internal';
  return { id, name, code, message: error instanceof Error ? error.message : String(error) };
}

/** Failures after which no other model can answer either. */
function isOfAll(error: unknown): boolean {
  return error instanceof AppError && ['aborted', 'device-lost'].includes(error.code);
}
