/**
 * training: the one loop by which everything here learns. Owns the run of steps and epochs, the schedule of its learning
 * rate, the state that a checkpoint keeps, and the runner of training graphs on an onnxruntime that is handed in.
 * Promises: everything random takes a seed; a run that continues from a checkpoint ends in the same bytes; losses are nats.
 */
export { fillMask } from './dropoutMask.ts';
export { GraphRunner } from './graphRunner.ts';
export { type TrainingEvent, TrainingRun } from './trainingRun.ts';
export { type TrainingState, answeringTheta } from './trainingState.ts';
export type { TrainingTask } from './trainingTask.ts';
