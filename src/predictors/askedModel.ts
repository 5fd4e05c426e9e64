import { type CareerHistory, recentWindows } from '../career/index.ts';
import { packRows, scoreRows, type ScoredCareer } from '../evaluation/index.ts';
import type { NextStep, OccupationList } from '../occupation/index.ts';
import { readMessages, throwIfAborted } from '../platform/index.ts';

export interface Asking {
  /** People so far. */
  onScored?: ((people: number) => void) | undefined;
  signal?: AbortSignal | undefined;
  /** Before each observation only the last k records are known. */
  lastRecords?: number | undefined;
  /** Careers of other people that a language model reads before this person's; other models know nothing of them. */
  examplesFor?: ((person: CareerHistory) => readonly CareerHistory[]) | undefined;
}

/** A distribution over the occupations of a list, in its order. */
export interface Distribution {
  readonly codes: readonly string[];
  /** Sums to 1. */
  readonly probabilities: Float64Array;
}

/** The states that the language model under a model is in before each observation. */
export interface HiddenStates {
  readonly size: number;
  /** Every person's `[observations × size]`. */
  read(people: readonly CareerHistory[], signal?: AbortSignal): Promise<Float32Array[]>;
}

/** Any model, ready to be asked about careers. */
export interface AskedModel {
  /** What it predicts; null: any list that it is given. */
  readonly list: OccupationList | null;
  /** Every person's `[steps × occupations]` distributions, where it gives whole ones. */
  readonly rows?: (people: readonly CareerHistory[], signal?: AbortSignal) => Promise<Float32Array[]>;
  /** Of models that give titles raw probabilities instead: the same as whole distributions over a list. */
  readonly renormalised?: (list: OccupationList) => AskedModel;
  /** Of models that read a language model. */
  readonly hiddenStates?: HiddenStates;
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

/** People between two tellings of progress; their distributions, 7 MB for 333 occupations, are in memory at once. */
const peopleAtOnce = 250;
/** The same where each of their observations is a career of its own. */
const cutPeopleAtOnce = 20;

/** A model that gives whole distributions over a list of its own. */
export class RowsModel implements AskedModel {
  readonly hiddenStates?: HiddenStates;

  constructor(
    readonly list: OccupationList,
    private readonly read: ReadRows,
    hiddenStates?: HiddenStates,
  ) {
    if (hiddenStates) this.hiddenStates = hiddenStates;
  }

  rows(people: readonly CareerHistory[], signal?: AbortSignal): Promise<Float32Array[]> {
    return this.read(people, undefined, signal);
  }

  score(people: readonly CareerHistory[], _list: OccupationList, asking?: Asking): Promise<ScoredCareer[]> {
    return scoreByRows(this, people, this.list, asking);
  }

  async predict(history: CareerHistory, next: NextStep, _list: OccupationList, signal?: AbortSignal) {
    const [rows] = await this.read([history], next, signal);
    const last = rows.subarray(-this.list.occupations.length);
    return { codes: codesOf(this.list), probabilities: summingToOne(last) };
  }
}

/** Graphs compute in float32, whose sums are 1 within some 1e-7 only. */
function summingToOne(probabilities: Float32Array): Float64Array {
  const precise = Float64Array.from(probabilities);
  const sum = precise.reduce((total, probability) => total + probability, 0);
  return precise.map((probability) => probability / sum);
}

/** Scores read off whole distributions, some people at a time. Throws `aborted`. */
export async function scoreByRows(
  model: Required<Pick<AskedModel, 'rows'>>,
  people: readonly CareerHistory[],
  list: OccupationList,
  { onScored, signal, lastRecords }: Asking = {},
): Promise<ScoredCareer[]> {
  const size = list.occupations.length;
  const atOnce = lastRecords === undefined ? peopleAtOnce : cutPeopleAtOnce;
  const scores: ScoredCareer[] = [];
  for (let start = 0; start < people.length; start += atOnce) {
    await readMessages();
    throwIfAborted(signal);
    const some = people.slice(start, start + atOnce);
    const rows =
      lastRecords === undefined
        ? await model.rows(some, signal)
        : await cutRows(model, some, { lastRecords, size, signal });
    scores.push(...scoreRows(some, list, packRows(rows, size)));
    onScored?.(scores.length);
  }
  return scores;
}

/** Every person's distributions, each from the last k records before it. */
async function cutRows(
  model: Required<Pick<AskedModel, 'rows'>>,
  people: readonly CareerHistory[],
  { lastRecords, size, signal }: { lastRecords: number; size: number; signal: AbortSignal | undefined },
): Promise<Float32Array[]> {
  const windows = people.map((person) => recentWindows(person, lastRecords));
  const rows = await model.rows(windows.flat(), signal);
  let next = 0;
  return windows.map((own) => {
    const cut = new Float32Array(own.length * size);
    own.forEach((_, t) => {
      cut.set(rows[next++].subarray(-size), t * size);
    });
    return cut;
  });
}

export function codesOf({ occupations }: OccupationList): string[] {
  return occupations.map(({ code }) => code);
}
