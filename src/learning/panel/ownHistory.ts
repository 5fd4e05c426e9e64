import type { EncodedCareer } from './panelEncoding.ts';

/**
 * Adds to `row [occupations]` how often each occupation was had before `step`, each time weighted by decay^(steps since
 * it was had): decay 1 counts.
 */
export function addHistory({ states }: EncodedCareer, step: number, decay: number, row: Float32Array): void {
  for (let t = 0; t < step; t++) if (states[t] < row.length) row[states[t]] += decay ** (step - 1 - t);
}
