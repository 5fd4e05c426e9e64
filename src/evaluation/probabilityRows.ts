import type { CareerHistory } from '../career/index.ts';
import type { OccupationList } from '../occupation/index.ts';
import { AppError } from '../platform/index.ts';
import { CareerScorer } from './careerScorer.ts';
import type { ScoredCareer } from './scoredCareer.ts';

/**
 * A model's whole distributions at every observation of a panel, people in the panel's order. Rows sum to 1 within
 * float32, but for a raw model's, which also spends probability outside the list. 4 bytes each: 12,736 observations
 * over 333 occupations take 17 MB.
 */
export interface ProbabilityRows {
  /** `[observations × occupations]`: natural probabilities in list order. */
  readonly probs: Float32Array;
  readonly occupations: number;
  /** Row at which each person begins, and the number of rows: people + 1 entries. */
  readonly offsets: Int32Array;
}

/** Rows from each person's `[observations × occupations]`. Throws AppError `bad-input` where one has a broken row. */
export function packRows(people: readonly Float32Array[], occupations: number): ProbabilityRows {
  const offsets = new Int32Array(people.length + 1);
  people.forEach(({ length }, p) => {
    if (length % occupations !== 0)
      throw new AppError('bad-input', `${length} probabilities are no rows of ${occupations}`);
    offsets[p + 1] = offsets[p] + length / occupations;
  });
  const probs = new Float32Array(offsets[people.length] * occupations);
  people.forEach((own, p) => {
    probs.set(own, offsets[p] * occupations);
  });
  return { probs, occupations, offsets };
}

/** One row of the panel; a view, no copy. */
export function rowAt({ probs, occupations }: ProbabilityRows, row: number): Float32Array {
  return probs.subarray(row * occupations, (row + 1) * occupations);
}

/**
 * What metrics need to know, read off whole distributions. Throws AppError `bad-input` where they are not of these
 * people or not over this list.
 */
export function scoreRows(
  histories: readonly CareerHistory[],
  list: OccupationList,
  rows: ProbabilityRows,
): Required<ScoredCareer>[] {
  checkRows(histories, list.occupations.length, rows);
  const scorer = new CareerScorer(list);
  return histories.map((history, p) => scorer.score(history, (t) => rowAt(rows, rows.offsets[p] + t)));
}

/** Throws AppError `bad-input` where the rows are not one for each observation, or not over so many occupations. */
export function checkRows(
  histories: readonly CareerHistory[],
  occupations: number,
  rows: ProbabilityRows,
): void {
  const { offsets } = rows;
  const isOfPeople =
    offsets.length === histories.length + 1 &&
    histories.every(({ observations }, p) => offsets[p + 1] - offsets[p] === observations.length);
  if (!isOfPeople || rows.occupations !== occupations)
    throw new AppError('bad-input', 'The distributions do not fit the people or the occupation list');
}
