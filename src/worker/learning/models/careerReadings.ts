import type { CareerHistory } from '../../../career/index.ts';
import type { OccupationList } from '../../../occupation/index.ts';
import { toFloat16 } from '../../../onnx/index.ts';
import type { LearningModel } from '../preparedRun.ts';

type States = Uint16Array;

/**
 * What a language model has made of careers, in memory for as long as the careers are: an open panel is read once, however
 * many heads are trained on it or asked about it.
 */
export class CareerReadings {
  readonly #states = new WeakMap<CareerHistory, States>();
  readonly #titles = new WeakMap<CareerHistory, { list: OccupationList; logProbs: Float32Array }>();

  private constructor(private readonly language: LearningModel) {}

  static readonly #all = new WeakMap<LearningModel, CareerReadings>();

  /** The readings of this model. */
  static of(language: LearningModel): CareerReadings {
    const known = CareerReadings.#all.get(language) ?? new CareerReadings(language);
    CareerReadings.#all.set(language, known);
    return known;
  }

  /** `[observations × hiddenSize]` float16 bits: the state before each title. */
  async states(person: CareerHistory, signal?: AbortSignal): Promise<States> {
    const known = this.#states.get(person);
    if (known) return known;
    const states = toFloat16(await this.language.route.hiddenStates(person, undefined, signal));
    this.#states.set(person, states);
    return states;
  }

  /** States that were read on an earlier visit. */
  remember(person: CareerHistory, states: States): void {
    this.#states.set(person, states);
  }

  /** `[observations × titles]`: see `LanguageRoute.titleLogProbs`. */
  async titleLogProbs(
    person: CareerHistory,
    list: OccupationList,
    signal?: AbortSignal,
  ): Promise<Float32Array> {
    const known = this.#titles.get(person);
    if (known?.list === list) return known.logProbs;
    const logProbs = await this.language.route.titleLogProbs(person, list, { signal });
    this.#titles.set(person, { list, logProbs });
    return logProbs;
  }
}
