import type { CareerHistory } from '../../career/index.ts';
import { isSameList, type NextStep, type OccupationList } from '../../occupation/index.ts';
import type { AskedModel, Asking, Distribution } from '../../predictors/models.ts';

interface Question {
  /** The career and the step, as text. */
  readonly key: string;
  readonly list: OccupationList;
}

/** A model whose `predict` may say more than a distribution. */
export interface Predicting<D extends Distribution> extends AskedModel {
  predict(...question: Parameters<AskedModel['predict']>): Promise<D>;
}

/**
 * A model that is asked once a question: whoever asks the same again, e.g. an average that it is a member of, hears the same
 * answer. What fails is asked again.
 */
export class AskedOnce<D extends Distribution = Distribution> implements Predicting<D> {
  readonly list: OccupationList | null;
  readonly rows?: NonNullable<AskedModel['rows']>;
  readonly renormalised?: NonNullable<AskedModel['renormalised']>;
  readonly hiddenStates?: NonNullable<AskedModel['hiddenStates']>;
  #latest: (Question & { answer: Promise<D> }) | null = null;
  #milliseconds: number | null = null;

  constructor(
    private readonly model: Predicting<D>,
    private readonly members: readonly AskedOnce[] = [],
  ) {
    this.list = model.list;
    if (model.rows) this.rows = model.rows.bind(model);
    if (model.renormalised) this.renormalised = model.renormalised.bind(model);
    if (model.hiddenStates) this.hiddenStates = model.hiddenStates;
  }

  /** Milliseconds that its last answer took, or that of its slowest member; null before the first. */
  get cost(): number | null {
    const costs = [this, ...this.members].map((model) => (model === this ? model.#milliseconds : model.cost));
    return costs.every((cost) => cost !== null) ? Math.max(...costs) : null;
  }

  score(people: readonly CareerHistory[], list: OccupationList, asking?: Asking) {
    return this.model.score(people, list, asking);
  }

  predict(history: CareerHistory, next: NextStep, list: OccupationList, signal?: AbortSignal): Promise<D> {
    const key = JSON.stringify([history, next]);
    const known = this.#latest;
    if (known?.key === key && isSameList(known.list, list)) return known.answer;
    const answer = this.#timed(() => this.model.predict(history, next, list, signal));
    const latest = { key, list, answer };
    this.#latest = latest;
    answer.catch(() => {
      if (this.#latest === latest) this.#latest = null;
    });
    return answer;
  }

  async #timed(ask: () => Promise<D>): Promise<D> {
    const began = performance.now();
    const answer = await ask();
    this.#milliseconds = performance.now() - began;
    return answer;
  }
}
