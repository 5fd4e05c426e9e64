import type { Answers } from './armAnswers.ts';
import type { TrainedArm } from './armTraining.ts';

/**
 * What arms have trained and answered since this worker began, under names of everything that they depend on: an experiment that
 * is asked again goes on with its next arm, and experiments share their arms. In memory: answers are about people.
 */
export interface KeptArms {
  readonly trained: Map<string, TrainedArm>;
  readonly answers: Map<string, Answers>;
}
