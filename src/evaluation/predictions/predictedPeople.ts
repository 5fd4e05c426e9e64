import type { CareerHistory } from '../../career/index.ts';
import type { OccupationList } from '../../occupation/index.ts';

/** What a file of predictions may be. */
export const predictionFormats = ['csv', 'parquet'] as const;
export type PredictionFormat = (typeof predictionFormats)[number];

/** What the columns of a file of predictions are. */
export interface PredictionShape {
  readonly list: OccupationList;
  /** Numbers of a hidden state; null where the file has none. */
  readonly hiddenSize: number | null;
}

/** What a model says about some people, before each of their observations. */
export interface PredictedPeople {
  readonly people: readonly CareerHistory[];
  /** Of each person `[observations × occupations]`, in the order of the list; every row sums to 1. */
  readonly probabilities: readonly Float32Array[];
  /** Of each person `[observations × hiddenSize]`; null where the file has none. */
  readonly hiddenStates: readonly Float32Array[] | null;
}

/** One observation as a row: whose, and what the model said before it. */
export interface PredictionRow {
  readonly personId: string;
  /** From 0. */
  readonly observation: number;
  readonly year: number;
  /** Null where the person's title is outside every list. */
  readonly observedCode: string | null;
  /** Probabilities in the order of the list, then the hidden state. */
  readonly numbers: Float32Array;
}

/** A file of predictions that is written piece by piece, so that it may be longer than memory. */
export interface PredictionWriter {
  /** The next bytes of the file. */
  add(people: PredictedPeople): Uint8Array<ArrayBuffer>;
  /** The last bytes. */
  end(): Uint8Array<ArrayBuffer>;
}

export const aboutColumns = ['person_id', 'observation', 'year', 'observed_code'] as const;

/** Names of a row's numbers: `p_` and a code for each occupation, then `h0` …; none is like another or like `aboutColumns`. */
export function numberColumns({ list, hiddenSize }: PredictionShape): string[] {
  const states = Array.from({ length: hiddenSize ?? 0 }, (_, i) => `h${i}`);
  return [...list.occupations.map(({ code }) => `p_${code}`), ...states];
}

/** The rows of these people, in their order. */
export function predictionRows(
  { people, probabilities, hiddenStates }: PredictedPeople,
  { list, hiddenSize }: PredictionShape,
): PredictionRow[] {
  const occupations = list.occupations.length;
  const size = hiddenSize ?? 0;
  return people.flatMap(({ personId, observations }, p) =>
    observations.map(({ year, occupationCode }, observation) => {
      const numbers = new Float32Array(occupations + size);
      numbers.set(probabilities[p].subarray(observation * occupations, (observation + 1) * occupations));
      const states = hiddenStates?.[p];
      if (states) numbers.set(states.subarray(observation * size, (observation + 1) * size), occupations);
      return { personId, observation, year, observedCode: occupationCode, numbers };
    }),
  );
}
