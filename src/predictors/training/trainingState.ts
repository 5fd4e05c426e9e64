/** All that a run needs to go on to the same bytes: everything random is a function of seed, epoch and step. */
export interface TrainingState {
  /** Steps done. */
  step: number;
  theta: Float32Array;
  /** AdamW's moments. */
  mu: Float32Array;
  nu: Float32Array;
  /** Moving average of theta, which is then what answers; null where theta itself does. */
  average: Float32Array | null;
  /** What answered at the end of the epoch with the lowest tuning nll. */
  best: Float32Array;
  /** Mean nll of the tuning people after each epoch, in nats. */
  tuningNlls: number[];
  /** Mean training loss of each epoch, in nats; the running one last, as sum and steps in `epochLoss`. */
  trainingLosses: number[];
  epochLoss: { sum: number; steps: number };
}

/** The parameters that a model of this state has. */
export function answeringTheta({ average, theta }: Pick<TrainingState, 'average' | 'theta'>): Float32Array {
  return average ?? theta;
}

/** A state before its first step. */
export function initialState(theta: Float32Array, isAveraged = false): TrainingState {
  return {
    step: 0,
    theta,
    mu: new Float32Array(theta.length),
    nu: new Float32Array(theta.length),
    average: isAveraged ? theta.slice() : null,
    best: theta.slice(),
    tuningNlls: [],
    trainingLosses: [],
    epochLoss: { sum: 0, steps: 0 },
  };
}
