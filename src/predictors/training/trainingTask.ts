import type { AdamW, CompiledGraph, Parameter } from '../../onnx/index.ts';
import type { Feed } from './runtime.ts';
import type { Schedule } from './schedule.ts';
import type { GraphRunner } from './graphRunner.ts';

/** One optimizer step's worth of examples. */
export interface TrainingBatch {
  /** Batches of one key run the same graph. */
  readonly graphKey: string;
  /** Observations, or tokens, whose loss counts: for the speed that people see. */
  readonly examples: number;
  /** The graph's inputs but for theta, the optimizer's state and its rates. A function of seed and step only. */
  feeds(step: number): Record<string, Feed>;
}

/**
 * Something that can be learned by gradient steps: a head, LoRA, CAREER, a logit. Everything random in it is a function
 * of its seed, epoch and step, so that a run that goes on from a checkpoint ends in the same bytes.
 */
export interface TrainingTask {
  /** What is trained, in words and numbers: a checkpoint of another fingerprint is not continued. */
  readonly fingerprint: string;
  readonly parameters: readonly Parameter[];
  readonly optimizer: AdamW;
  initialTheta(): Float32Array;
  /** Compiles the training graph of the batches with this key. */
  graph(graphKey: string): CompiledGraph;
  /** Inputs that are the same at every step, e.g. the frozen weights under LoRA. */
  readonly constants?: ReadonlyMap<string, Feed>;
  readonly stepsPerEpoch: number;
  /** `stepsPerEpoch` batches. */
  epoch(epoch: number): readonly TrainingBatch[];
  /** Mean negative log-likelihood of the tuning people's observations, in nats. */
  tuningNll(theta: Float32Array, runner: GraphRunner): Promise<number>;
}

/** How long and how fast a task is trained. */
export interface TrainingSettings {
  readonly epochs: number;
  readonly schedule: Schedule;
  /** Epochs without a better tuning perplexity after which training stops. */
  readonly patience: number;
  /** Decay per step of a moving average of theta, which is what tunes and answers; 0, and by default, theta itself does. */
  readonly averaging?: number;
}
