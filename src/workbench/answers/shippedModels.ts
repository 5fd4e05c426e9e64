import { occ1990dd } from '../../occupation/index.ts';
import { AppError } from '../../platform/index.ts';
import type { AdapterAnswer, PredictRequest } from '../../predictors/language/index.ts';
import {
  type AskedModel,
  type LearningResources,
  openShipped,
  shippedPrefix,
} from '../../predictors/models.ts';
import type { AdapterSummary } from '../../storage/index.ts';

/** What came with the language model and answers beside it, opened when it is first asked. */
export class ShippedModels {
  readonly #opened = new Map<string, Promise<AskedModel>>();

  constructor(
    private readonly resources: LearningResources,
    private readonly adapters: readonly AdapterSummary[],
  ) {}

  /** The answers of those asked for, or of all, that predict the list and can be reached. */
  async predict(
    { history, next, list = occ1990dd, adapters }: PredictRequest,
    signal?: AbortSignal,
  ): Promise<AdapterAnswer[]> {
    const answers: AdapterAnswer[] = [];
    for (const { id, name, kind } of this.adapters) {
      if (adapters && !adapters.includes(id)) continue;
      const model = await this.#reachable(id);
      if (!model || !predicts(model, list.occupations)) continue;
      answers.push({ id, name, kind, ...(await model.predict(history, next, list, signal)) });
    }
    return answers;
  }

  /** Null where a part of it cannot be fetched now: the language route answers without it. */
  async #reachable(id: string): Promise<AskedModel | null> {
    try {
      return await this.#open(id);
    } catch (error) {
      if (error instanceof AppError && error.code === 'download-failed') return null;
      throw error;
    }
  }

  #open(id: string): Promise<AskedModel> {
    const known = this.#opened.get(id);
    if (known) return known;
    const opening = openShipped(id.slice(shippedPrefix.length), this.resources).then(({ model }) => model);
    this.#opened.set(id, opening);
    // What failed once, e.g. a download, is tried again by the next question.
    opening.catch(() => this.#opened.delete(id));
    return opening;
  }
}

function predicts({ list }: AskedModel, occupations: readonly { code: string; title: string }[]): boolean {
  return (
    list === null ||
    (list.occupations.length === occupations.length &&
      list.occupations.every(
        ({ code, title }, i) => code === occupations[i].code && title === occupations[i].title,
      ))
  );
}
