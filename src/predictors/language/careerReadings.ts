import type { CareerHistory } from '../../career/index.ts';
import type { OccupationList } from '../../occupation/index.ts';
import { toFloat16 } from '../../onnx/index.ts';
import type { LearningModel } from '../preparedRun.ts';

type States = Uint16Array;

export interface TitledStates {
  /** `[observations × hiddenSize]` float16 bits. */
  readonly states: States;
  /** `[observations × titles]` */
  readonly titleLogProbs: Float32Array;
}

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

  /** The same for heads of short lists, with the titles: see `LanguageRoute.readSteps`. */
  async steps(person: CareerHistory, list: OccupationList, signal?: AbortSignal): Promise<TitledStates> {
    const titles = this.#titles.get(person);
    const states = this.#states.get(person);
    if (states && titles?.list === list) return { states, titleLogProbs: titles.logProbs };
    const read = await this.language.route.readSteps(person, list, { signal });
    // States that are known stay: others have them.
    const own = states ?? toFloat16(read.hiddenStates);
    this.#states.set(person, own);
    this.#titles.set(person, { list, logProbs: read.titleLogProbs });
    return { states: own, titleLogProbs: read.titleLogProbs };
  }

  /** Whether `steps` has nothing to read. */
  knows(person: CareerHistory, list: OccupationList): boolean {
    return this.#states.has(person) && this.#titles.get(person)?.list === list;
  }
}
