import type { TrainingSettings } from './trainingTask.ts';
import type { AdamW } from '../../onnx/index.ts';
import type { GradientSettings } from '../runSettings.ts';

/** AdamW of a run; its moments' decay is the same for all kinds of model. */
export function optimizerOf({ weightDecay, clipNorm }: GradientSettings): AdamW {
  return { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay, clipNorm };
}

export function trainingOf({
  epochs,
  patience,
  learningRate,
  warmupSteps,
  decay,
  averaging,
}: GradientSettings): TrainingSettings {
  return { epochs, patience, averaging, schedule: { peak: learningRate, warmupSteps, decay } };
}
