/** What a run tells of itself while it is prepared and trained. Types only. */

/** A distribution of one real person of the tuning people, at the last step, as the model sees it now. */
export interface ExampleAnswer {
  personId: string;
  /** The career up to the step, newest last, in words. */
  past: readonly { year: number; title: string }[];
  year: number;
  /** In the order of the panel's list; sums to 1. */
  probabilities: Float32Array;
  /** Position of what really happened; null where it is outside the list. */
  observed: number | null;
}

/** How far a preparation is. */
export interface Preparing {
  kind: 'preparing';
  what: 'panel' | 'model' | 'hidden states' | 'titles' | 'graphs';
  done: number;
  total: number;
  /** In seconds; null while it is not known. */
  secondsLeft: number | null;
}
