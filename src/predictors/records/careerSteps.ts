import { float32, int64, type Feed } from '../training/runtime.ts';
import type { EncodedCareer } from './panelEncoding.ts';

/** One step of one career: a row of graphs that read each step on its own. */
export interface CareerStep {
  readonly career: EncodedCareer;
  readonly step: number;
}

/** The steps of all careers, also those yet to come. */
export function allSteps(careers: readonly EncodedCareer[]): CareerStep[] {
  return careers.flatMap((career) => Array.from(career.previous, (_, step) => ({ career, step })));
}

/** The steps whose occupation is in the list. */
export function labelledSteps(careers: readonly EncodedCareer[], occupations: number): CareerStep[] {
  return allSteps(careers).filter(({ career, step }) => career.states[step] < occupations);
}

/** What two-stage graphs read of the occupation before; rows beyond those given have none. */
export function previousOccupations(
  steps: readonly CareerStep[],
  rows: number,
  occupations: number,
): Record<'previous' | 'has_previous', Feed> {
  const previous = new Int32Array(rows);
  const hasPrevious = new Float32Array(rows);
  steps.forEach(({ career, step }, row) => {
    if (career.previous[step] >= occupations) return;
    previous[row] = career.previous[step];
    hasPrevious[row] = 1;
  });
  return { previous: int64(previous, [rows, 1]), has_previous: float32(hasPrevious, [rows, 1]) };
}

/** What happened, for the mean of `twoStageLoss` over steps of known occupation; rows beyond them weigh nothing. */
export function twoStageTargets(
  steps: readonly CareerStep[],
  rows: number,
  occupations: number,
): Record<string, Feed> {
  const labels = new Int32Array(rows);
  const labelWeights = new Float32Array(rows);
  const stayLabels = new Int32Array(rows);
  const stayWeights = new Float32Array(rows);
  steps.forEach(({ career, step }, row) => {
    const state = career.states[step];
    const isStay = career.previous[step] === state;
    labels[row] = state;
    labelWeights[row] = isStay ? 0 : 1 / steps.length;
    stayLabels[row] = isStay ? 0 : 1;
    stayWeights[row] = career.previous[step] < occupations ? 1 / steps.length : 0;
  });
  return {
    labels: int64(labels, [rows, 1]),
    label_weights: float32(labelWeights, [rows, 1]),
    stay_labels: int64(stayLabels, [rows, 1]),
    stay_weights: float32(stayWeights, [rows, 1]),
  };
}
