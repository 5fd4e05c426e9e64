import type { EncodedCareer } from './panelEncoding.ts';

/**
 * Adds to `row [occupations]` how often each occupation was had before `step`, each time weighted by decay^(steps since
 * it was had): decay 1 counts.
 */
export function addHistory({ states }: EncodedCareer, step: number, decay: number, row: Float32Array): void {
  for (let t = 0; t < step; t++) if (states[t] < row.length) row[states[t]] += decay ** (step - 1 - t);
}

/** What an occupation's weight is multiplied by for every step that has passed since. */
const historyDecay = 0.8;

/** log(1 + recency-weighted count) of each occupation before `step`, written into `row [occupations]`. */
export function weightedHistory(career: EncodedCareer, step: number, row: Float32Array): void {
  row.fill(0);
  addHistory(career, step, historyDecay, row);
  for (let state = 0; state < row.length; state++) if (row[state] > 0) row[state] = Math.log1p(row[state]);
}
