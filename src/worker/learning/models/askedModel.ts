import type { CareerHistory } from '../../../career/index.ts';
import { packRows, scoreRows, type ScoredCareer } from '../../../evaluation/index.ts';
import type { NextStep, OccupationList } from '../../../occupation/index.ts';
import { throwIfAborted } from '../../../platform/index.ts';
import { readMessages } from '../../turns.ts';

export interface Asking {
  /** People so far. */
  onScored?: ((people: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** A distribution over the occupations of a list, in its order. */
export interface Distribution {
  readonly codes: readonly string[];
  /** Sums to 1. */
  readonly probabilities: Float64Array;
}

/** Any model, ready to be asked about careers. */
export interface AskedModel {
  /** What it predicts; null: any list that it is given. */
  readonly list: OccupationList | null;
  /** Whole distributions, where it gives them for every step at once. */
  readonly rows?: ReadRows;
  /** What it says about every observation of these people, in their order. */
  score(people: readonly CareerHistory[], list: OccupationList, asking?: Asking): Promise<ScoredCareer[]>;
  predict(
    history: CareerHistory,
    next: NextStep,
    list: OccupationList,
    signal?: AbortSignal,
  ): Promise<Distribution>;
}

/** Every person's `[steps × occupations]` distributions; with `next`, of one person, one row more. */
export type ReadRows = (
  people: readonly CareerHistory[],
  next?: NextStep,
  signal?: AbortSignal,
) => Promise<Float32Array[]>;

/** People whose whole distributions are in memory at once: 25 MB for 333 occupations and 19 observations each. */
const peopleAtOnce = 1000;

/** A model that gives whole distributions over a list of its own. */
export class RowsModel implements AskedModel {
  constructor(
    readonly list: OccupationList,
    readonly rows: ReadRows,
  ) {}

  async score(
    people: readonly CareerHistory[],
    _list: OccupationList,
    { onScored, signal }: Asking = {},
  ): Promise<ScoredCareer[]> {
    const scores: ScoredCareer[] = [];
    for (let start = 0; start < people.length; start += peopleAtOnce) {
      await readMessages();
      throwIfAborted(signal);
      const some = people.slice(start, start + peopleAtOnce);
      const rows = packRows(await this.rows(some, undefined, signal), this.list.occupations.length);
      scores.push(...scoreRows(some, this.list, rows));
      onScored?.(scores.length);
    }
    return scores;
  }

  async predict(history: CareerHistory, next: NextStep, _list: OccupationList, signal?: AbortSignal) {
    const [rows] = await this.rows([history], next, signal);
    const last = rows.subarray(-this.list.occupations.length);
    return { codes: codesOf(this.list), probabilities: Float64Array.from(last) };
  }
}

export function codesOf({ occupations }: OccupationList): string[] {
  return occupations.map(({ code }) => code);
}
