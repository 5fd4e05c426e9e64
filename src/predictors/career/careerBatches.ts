import { float32, int64, type Feed } from '../training/runtime.ts';
import { weightedHistory } from '../records/ownHistory.ts';
import type { EncodedCareer } from '../records/panelEncoding.ts';
import type { SeededRandom } from '../../platform/index.ts';
import type { CareerConfig } from './careerConfig.ts';

/** Careers of about one length, padded to `steps`. */
export interface CareerBatch {
  readonly steps: number;
  readonly people: readonly EncodedCareer[];
}

/** Row lengths are multiples of this: each is one compiled graph. */
const stepUnit = 4;

/** Groups careers by length, at most `batchSize` in a batch. With a seed, people and batches come in random order. */
export function careerBatches(
  people: readonly EncodedCareer[],
  batchSize: number,
  random?: SeededRandom,
): CareerBatch[] {
  const byLength = new Map<number, EncodedCareer[]>();
  for (const person of random ? random.shuffle([...people]) : people) {
    const steps = Math.max(1, Math.ceil(person.previous.length / stepUnit)) * stepUnit;
    const group = byLength.get(steps);
    if (group) group.push(person);
    else byLength.set(steps, [person]);
  }
  const batches = [...byLength].flatMap(([steps, group]) =>
    Array.from({ length: Math.ceil(group.length / batchSize) }, (_, i) => ({
      steps,
      people: group.slice(i * batchSize, (i + 1) * batchSize),
    })),
  );
  return random ? random.shuffle(batches) : batches;
}

/** What a graph of `batchSize` people reads; rows of padding are empty careers. */
export function careerInputs(
  { steps, people }: CareerBatch,
  batchSize: number,
  config: CareerConfig,
): Record<string, Feed> {
  const { occupations, covariateFields, positions, ownHistory } = config;
  const rows = batchSize * steps;
  const previousStates = new Int32Array(rows);
  const position = Int32Array.from({ length: rows }, (_, row) => Math.min(row % steps, positions - 1));
  const covariates = new Int32Array(rows * covariateFields);
  const previous = new Int32Array(rows);
  const hasPrevious = new Float32Array(rows);
  const history = new Float32Array(ownHistory ? rows * occupations : 0);
  people.forEach((person, p) => {
    const start = p * steps;
    covariates.set(person.covariates, start * covariateFields);
    person.previous.forEach((state, t) => {
      const row = start + t;
      if (ownHistory)
        weightedHistory(person, t, history.subarray(row * occupations, (row + 1) * occupations));
      previousStates[row] = state;
      if (state >= occupations) return;
      previous[row] = state;
      hasPrevious[row] = 1;
    });
  });
  return {
    previous_states: int64(previousStates),
    positions: int64(position),
    covariates: int64(covariates, [rows, covariateFields]),
    previous: int64(previous, [rows, 1]),
    has_previous: float32(hasPrevious, [rows, 1]),
    ...(ownHistory && { history: float32(history, [rows, occupations]) }),
  };
}

/** What happened at every step; steps outside the list, and padding, weigh nothing. */
export function careerTargets(
  { steps, people }: CareerBatch,
  batchSize: number,
  occupations: number,
): Record<string, Feed> {
  const rows = batchSize * steps;
  const labels = new Int32Array(rows);
  const labelWeights = new Float32Array(rows);
  const stayLabels = new Int32Array(rows);
  const stayWeights = new Float32Array(rows);
  let total = 0;
  people.forEach((person, p) => {
    person.states.forEach((state, t) => {
      if (state >= occupations) return;
      const row = p * steps + t;
      const isStay = person.previous[t] === state;
      labels[row] = state;
      labelWeights[row] = isStay ? 0 : 1;
      stayLabels[row] = isStay ? 0 : 1;
      stayWeights[row] = person.previous[t] < occupations ? 1 : 0;
      total += 1;
    });
  });
  const share = (weights: Float32Array) => weights.map((weight) => weight / Math.max(1, total));
  return {
    labels: int64(labels, [rows, 1]),
    label_weights: float32(share(labelWeights), [rows, 1]),
    stay_labels: int64(stayLabels, [rows, 1]),
    stay_weights: float32(share(stayWeights), [rows, 1]),
  };
}
