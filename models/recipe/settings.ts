import type { LlamaConfig } from '../../src/onnx/index.ts';

/** A stretch of training with its own warm-up and decay of the learning rate. */
export interface Phase {
  epochs: number;
  /** Peak; warmed up to linearly, then decayed linearly to 0 at the phase's end. */
  learningRate: number;
  warmupSteps: number;
  /** Part of a title's weight in the loss that the teacher's titles share; the observed one has the rest. */
  taughtShare: number;
  /** Share of the other populations' people, and of the occupation texts' lines, in each epoch. */
  otherCareersPerEpoch: number;
  occupationLinesPerEpoch: number;
}

/** Everything that decides the model besides the data. Chosen on the tuning people; see the model card. */
export const settings = {
  name: 'onward-3m',
  seed: 1,
  /** Merges within words, then across the words of whole titles. */
  wordMerges: 2000,
  titleMerges: 600,
  architecture: {
    hiddenSize: 256,
    layers: 4,
    heads: 4,
    kvHeads: 2,
    intermediateSize: 688,
    ropeTheta: 10000,
    rmsNormEpsilon: 1e-5,
  } satisfies Omit<LlamaConfig, 'vocabSize'>,
  /** Longest document that the model reads at once, in tokens. */
  contextLength: 1024,
  tokensPerBatch: 1280,
  /** On the embedding and the residual branches; on the hidden states that the head reads. */
  dropout: 0.12,
  headDropout: 0.1,
  /** Share of the title tokens that the model is not shown (the padding token stands in); they remain targets. */
  hiddenTitleTokens: 0.03,
  averageDecay: 0.998,
  optimizer: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 1 },
  /** Loss weight of tokens that are no title, beside 1 for a title's tokens. */
  structureWeight: 0.2,
  /** What expects titles beside those observed: see teacher.ts. */
  teacher: {
    /** Titles drawn for each observation and epoch. */
    labels: 6,
    /** Parts that the people are cut into. */
    folds: 4,
    /** Weight of CAREER, with the own history and the path, in the average; the mixture of transition tables has the rest. */
    careerWeight: 0.75,
    career: {
      hiddenSize: 128,
      layers: 4,
      heads: 4,
      intermediateSize: 512,
      positions: 24,
      ownHistory: true,
      dropout: 0.4,
      batchSize: 32,
      optimizer: { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 1 },
    },
    epochs: 10,
    learningRate: 1e-3,
    warmupSteps: 200,
  },
  /** One stretch: a second one, on NLSY97 careers alone, made the tuning people no better predicted. */
  phases: [
    {
      epochs: 18,
      learningRate: 1.5e-3,
      warmupSteps: 300,
      taughtShare: 0.85,
      otherCareersPerEpoch: 0.15,
      occupationLinesPerEpoch: 0.02,
    },
  ] satisfies Phase[],
};

export type Settings = typeof settings;
