import type { CareerStep } from './careerStep.ts';

/** First ages of the bands after the youngest; chosen narrow where careers change fast. */
const ageBandStarts = [16, 18, 20, 23, 26, 30, 35];
/** First run lengths of the bands after `none`. */
const runBandStarts = [1, 2, 3, 4, 6, 9];

const bandOf = (starts: readonly number[], value: number) => starts.filter((start) => value >= start).length;

/** What a table's cells may be told apart by: each a whole number from 0 to 511. */
const features = {
  previous: (step: CareerStep) => step.previous,
  lastDifferent: (step: CareerStep) => step.lastDifferent,
  lastJob: (step: CareerStep) => step.lastJob,
  previousKind: ({ previousKind }: CareerStep) =>
    previousKind === 'job' ? 0 : previousKind === 'in_school' ? 1 : 2,
  ageBand: ({ age }: CareerStep) => (age === null ? 9 : bandOf(ageBandStarts, age)),
  education: (step: CareerStep) => step.education,
  sex: (step: CareerStep) => step.sex,
  runBand: (step: CareerStep) => bandOf(runBandStarts, step.runLength),
  shortRun: (step: CareerStep) => Math.min(step.runLength, 3),
  gap: (step: CareerStep) => Math.min(Math.max(step.gapYears, 1), 3) - 1,
} as const;

export type FeatureName = keyof typeof features;

const radix = 512;
/** Longest feature list whose key is still an exact integer: 512^5 < 2^53. */
const longestKey = 5;

/** Function from a step to the number of its cell, for these features. */
export function cellKey(names: readonly FeatureName[]): (step: CareerStep) => number {
  if (names.length > longestKey) throw new RangeError(`A cell has at most ${longestKey} features`);
  const values = names.map((name) => features[name]);
  return (step) => values.reduce((key, value) => key * radix + value(step), 0);
}
