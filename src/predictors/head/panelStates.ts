import type { CareerHistory } from '../../career/index.ts';
import type { OccupationList } from '../../occupation/index.ts';
import { readMessages, throwIfAborted } from '../../platform/index.ts';
import type { Store } from '../../storage/index.ts';
import type { OpenPanel } from '../openPanel.ts';
import type { LearningModel } from '../preparedRun.ts';
import { template } from '../files/template.ts';
import { CareerReadings } from '../language/careerReadings.ts';

export interface StatesProgress {
  onRead?: ((people: number, total: number) => void) | undefined;
  /** Of people whose states were kept, but not what the titles are given. */
  onTitles?: ((people: number, total: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

type States = Uint16Array;

/** People whose states are kept as one row. */
const peopleInRow = 50;

/**
 * The language model's hidden states of a panel, computed once for each model, template and panel: kept on the device where
 * the panel is, as float16, so that an interrupted reading goes on where it was; in memory otherwise.
 */
export class PanelStates {
  readonly #key: string;
  readonly #readings: CareerReadings;

  constructor(
    private readonly store: Store,
    private readonly panel: OpenPanel,
    private readonly language: LearningModel,
    /** A short list whose titles are read in the same passes, for `CareerReadings.steps`. */
    private readonly titles: OccupationList | null = null,
  ) {
    const { report, tunedBy } = language;
    const weights = tunedBy === undefined ? report.revision : `${report.revision} tuned by ${tunedBy}`;
    this.#key = `${report.name} ${weights} ${template} ${panel.row.id}`;
    this.#readings = CareerReadings.of(language);
  }

  /** `[steps × hiddenSize]` of each person, in order; the same people in the same order every time. Throws `aborted`. */
  async read(people: readonly CareerHistory[], { onRead, signal }: StatesProgress): Promise<States[]> {
    const states: States[] = [];
    for (let start = 0; start < people.length; start += peopleInRow) {
      await readMessages();
      throwIfAborted(signal);
      const some = people.slice(start, start + peopleInRow);
      states.push(...(await this.#row(start / peopleInRow, some, signal)));
      onRead?.(states.length, people.length);
    }
    return states;
  }

  async #row(index: number, people: readonly CareerHistory[], signal?: AbortSignal): Promise<States[]> {
    const kept = await this.#kept(index, people);
    if (kept) return kept;
    const states: States[] = [];
    for (const person of people) states.push(await this.#read(person, signal));
    // They can be computed again: a full disk is no reason to stop.
    if (this.panel.mayBeStored) await this.#keep(index, states).catch(() => undefined);
    return states;
  }

  async #read(person: CareerHistory, signal?: AbortSignal): Promise<States> {
    if (!this.titles) return this.#readings.states(person, signal);
    return (await this.#readings.steps(person, this.titles, signal)).states;
  }

  async #keep(index: number, states: readonly States[]): Promise<void> {
    const data = new Uint16Array(states.reduce((sum, { length }) => sum + length, 0));
    let start = 0;
    for (const own of states) {
      data.set(own, start);
      start += own.length;
    }
    await this.store.hiddenStates.keep({ key: this.#key, index, panel: this.panel.row.id, data });
  }

  /** Null where they have not been kept, or not of these people. */
  async #kept(index: number, people: readonly CareerHistory[]): Promise<States[] | null> {
    const { hiddenSize } = this.language;
    const data = await this.store.hiddenStates.load(this.#key, index).catch(() => null);
    const sizes = people.map(({ observations }) => observations.length * hiddenSize);
    if (data?.length !== sizes.reduce((sum, size) => sum + size, 0)) return null;
    let start = 0;
    return people.map((person, p) => {
      const own = data.subarray(start, (start += sizes[p]));
      this.#readings.remember(person, own);
      return own;
    });
  }
}
