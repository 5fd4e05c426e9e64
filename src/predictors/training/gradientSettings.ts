import type { AdamW } from '../../onnx/index.ts';
import type { PanelSize } from '../kind.ts';
import { choice, real, type ValuesOf, whole } from '../settings.ts';
import type { TrainingSettings } from './trainingTask.ts';

/** Settings of everything that is learned by gradient steps, but for the seed. AdamW's other constants are each kind's own. */
export const gradientFields = {
  epochs: whole(1, 500),
  /** Epochs without a better tuning perplexity after which training stops. */
  patience: whole(1, 500),
  learningRate: real(1e-7, 1),
  warmupSteps: whole(0, 100_000),
  decay: choice('linear', 'cosine', 'inverse-square-root', 'constant'),
  weightDecay: real(0, 10),
  /** Gradients longer than this are scaled down to it; 0 never clips. */
  clipNorm: real(0, 1000),
  /** Decay per step of a moving average of the parameters, which is what is kept and answers; 0: the parameters themselves. */
  averaging: real(0, 0.99999),
};

/** Begins the parameters, and orders and drops out what is learned from. */
export const seed = whole(0, 2 ** 31);

export type GradientSettings = ValuesOf<typeof gradientFields> & { seed: number };

/** Panels with fewer people to learn from get smaller models, smaller batches and more epochs. */
export function isSmall({ parts }: PanelSize): boolean {
  return parts.fitting.people < 2000;
}

/**
 * Settings to begin with; a kind changes what suits it better. A large panel's were chosen on the tuning people of the NLSY97.
 */
export function gradientDefaults(panel: PanelSize): GradientSettings {
  const small = isSmall(panel);
  return {
    seed: 1,
    epochs: small ? 20 : 10,
    patience: 4,
    learningRate: 1e-3,
    warmupSteps: small ? 20 : 200,
    decay: 'linear',
    weightDecay: 0.1,
    clipNorm: 1,
    averaging: 0.997,
  };
}

/** Observations in a batch. */
export function usualBatch({ parts }: PanelSize): number {
  return parts.fitting.observations < 20_000 ? 128 : 512;
}

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
