import type { EncodedCareer } from './panelEncoding.ts';

/** What an occupation's weight is multiplied by for every step that has passed since. */
const historyDecay = 0.8;

/** log(1 + recency-weighted count) of each occupation before `step`, written into `row [occupations]`. */
export function weightedHistory(career: EncodedCareer, step: number, row: Float32Array): void {
  writeHistory(career, step, historyDecay, row);
}

/** log(1 + count) of each occupation before `step`, in whatever order they came, written into `row [occupations]`. */
export function jobCounts(career: EncodedCareer, step: number, row: Float32Array): void {
  writeHistory(career, step, 1, row);
}

function writeHistory({ states }: EncodedCareer, step: number, decay: number, row: Float32Array): void {
  row.fill(0);
  for (let t = 0; t < step; t++) if (states[t] < row.length) row[states[t]] += decay ** (step - 1 - t);
  for (let state = 0; state < row.length; state++) if (row[state] > 0) row[state] = Math.log1p(row[state]);
}
