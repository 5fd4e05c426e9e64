import type { CareerHistory } from '../../../career/index.ts';
import { toFloat16 } from '../../../onnx/index.ts';
import type { Store } from '../../../storage/index.ts';
import { readMessages } from '../../turns.ts';
import type { OpenPanel } from '../panels.ts';
import type { LearningModel } from '../preparedRun.ts';

export interface StatesProgress {
  onRead?: (people: number, total: number) => void;
  signal?: AbortSignal | undefined;
}

/** People whose states are kept as one row. */
const peopleInRow = 50;

/**
 * The language model's hidden states of a panel, computed once for each model, template and panel: kept on the device where
 * the panel is, as float16, so that an interrupted reading goes on where it was.
 */
export class PanelStates {
  readonly #key: string;

  constructor(
    private readonly store: Store,
    private readonly panel: OpenPanel,
    private readonly language: LearningModel,
  ) {
    this.#key = `${language.report.name} ${language.report.revision} onward-1 ${panel.row.id}`;
  }

  /** `[steps × hiddenSize]` of each person, in order; the same people in the same order every time. */
  async read(
    people: readonly CareerHistory[],
    { onRead, signal }: StatesProgress,
  ): Promise<Uint16Array<ArrayBuffer>[]> {
    const states: Uint16Array<ArrayBuffer>[] = [];
    for (let start = 0; start < people.length; start += peopleInRow) {
      await readMessages();
      const some = people.slice(start, start + peopleInRow);
      states.push(...(await this.#row(start / peopleInRow, some, signal)));
      onRead?.(states.length, people.length);
    }
    return states;
  }

  async #row(index: number, people: readonly CareerHistory[], signal?: AbortSignal) {
    const { hiddenSize } = this.language.base.config;
    const ends = people.map(
      (
        (sum) =>
        ({ observations }: CareerHistory) =>
          (sum += observations.length * hiddenSize)
      )(0),
    );
    const cut = (data: Uint16Array<ArrayBuffer>) =>
      ends.map((end, p) => data.subarray(p === 0 ? 0 : ends[p - 1], end));
    const kept = await this.store.hiddenStates.load(this.#key, index).catch(() => null);
    if (kept?.length === (ends.at(-1) ?? 0)) return cut(kept);
    const data = new Uint16Array(ends.at(-1) ?? 0);
    for (const [p, person] of people.entries())
      data.set(
        toFloat16(await this.language.route.hiddenStates(person, undefined, signal)),
        p === 0 ? 0 : ends[p - 1],
      );
    // They can be computed again: a full disk is no reason to stop.
    if (this.panel.mayBeStored)
      await this.store.hiddenStates
        .keep({ key: this.#key, index, panel: this.panel.row.id, data })
        .catch(() => undefined);
    return cut(data);
  }
}
