import { SeededRandom } from '../platform/index.ts';

/**
 * Bootstrap over persons: how often each of `people` is drawn, with replacement, in each of `draws` samples.
 * Depends on seed and number of people only, so that two models scored on the same people share their draws.
 */
export function* personDraws(people: number, draws: number, seed: number | string): Generator<Float64Array> {
  const random = new SeededRandom(seed);
  for (let draw = 0; draw < draws; draw++) {
    const times = new Float64Array(people);
    for (let i = 0; i < people; i++) times[random.integer(people)] += 1;
    yield times;
  }
}

/** Standard deviation (n − 1) of the finite values; NaN with fewer than two. */
export function standardDeviation(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  if (finite.length < 2) return NaN;
  const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length;
  const squares = finite.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (finite.length - 1));
}
