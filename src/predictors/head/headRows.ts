import { fromFloat16 } from '../../onnx/index.ts';
import { AppError } from '../../platform/index.ts';
import { weightedHistory } from '../records/ownHistory.ts';
import type { EncodedCareer } from '../records/panelEncoding.ts';
import { float32, int64, type Feed } from '../training/runtime.ts';
import type { HeadConfig } from './headConfig.ts';

/** A career as a head reads it: what the language model knew before each step, and the integers of the steps. */
export interface HeadCareer {
  readonly career: EncodedCareer;
  /** `[steps × hiddenSize]`, as IEEE half-precision bits: half the memory, and far finer than dropout. */
  readonly hiddenStates: Uint16Array;
  /** `[steps × occupations]`: log probability of each title, for heads that begin with whole titles. */
  readonly titleLogProbs?: Float32Array;
}

/** One step of one person. */
export interface HeadRow {
  readonly person: HeadCareer;
  readonly step: number;
}

/** The steps of all people whose occupation is in the list. */
export function labelledRows(people: readonly HeadCareer[], occupations: number): HeadRow[] {
  return people.flatMap((person) =>
    Array.from(person.career.states, (state, step) => ({ person, step, isKnown: state < occupations }))
      .filter(({ isKnown }) => isKnown)
      .map(({ step }) => ({ person, step })),
  );
}

/** What a graph of `size` rows reads; rows beyond those given are empty. */
export function headInputs(rows: readonly HeadRow[], size: number, config: HeadConfig): Record<string, Feed> {
  const { hiddenSize, occupations, covariateFields } = config;
  const hiddenStates = new Float32Array(size * hiddenSize);
  const previousStates = new Int32Array(size);
  const covariates = new Int32Array(size * covariateFields);
  const previous = new Int32Array(size);
  const hasPrevious = new Float32Array(size);
  const history = new Float32Array(size * occupations);
  const titleLogits = new Float32Array(config.wholeTitles ? size * occupations : 0);
  rows.forEach(({ person, step }, row) => {
    const { career } = person;
    const bits = person.hiddenStates.subarray(step * hiddenSize, (step + 1) * hiddenSize);
    hiddenStates.set(fromFloat16(bits), row * hiddenSize);
    covariates.set(
      career.covariates.subarray(step * covariateFields, (step + 1) * covariateFields),
      row * covariateFields,
    );
    if (config.wholeTitles) {
      const logProbs = person.titleLogProbs?.subarray(step * occupations, (step + 1) * occupations);
      if (!logProbs) throw new AppError('internal', 'A head of whole titles was given none.');
      titleLogits.set(logProbs, row * occupations);
    }
    previousStates[row] = career.previous[step];
    weightedHistory(career, step, history.subarray(row * occupations, (row + 1) * occupations));
    if (career.previous[step] >= occupations) return;
    previous[row] = career.previous[step];
    hasPrevious[row] = 1;
  });
  return {
    hidden_states: float32(hiddenStates, [size, hiddenSize]),
    previous_states: int64(previousStates),
    covariates: int64(covariates, [size, covariateFields]),
    previous: int64(previous, [size, 1]),
    has_previous: float32(hasPrevious, [size, 1]),
    history: float32(history, [size, occupations]),
    ...(config.wholeTitles && { title_logits: float32(titleLogits, [size, occupations]) }),
  };
}

/** What happened; rows beyond those given weigh nothing. */
export function headTargets(
  rows: readonly HeadRow[],
  size: number,
  occupations: number,
): Record<string, Feed> {
  const labels = new Int32Array(size);
  const labelWeights = new Float32Array(size);
  const stayLabels = new Int32Array(size);
  const stayWeights = new Float32Array(size);
  rows.forEach(({ person: { career }, step }, row) => {
    const state = career.states[step];
    const isStay = career.previous[step] === state;
    labels[row] = state;
    labelWeights[row] = isStay ? 0 : 1 / rows.length;
    stayLabels[row] = isStay ? 0 : 1;
    stayWeights[row] = career.previous[step] < occupations ? 1 / rows.length : 0;
  });
  return {
    labels: int64(labels, [size, 1]),
    label_weights: float32(labelWeights, [size, 1]),
    stay_labels: int64(stayLabels, [size, 1]),
    stay_weights: float32(stayWeights, [size, 1]),
  };
}
