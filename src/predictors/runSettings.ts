/**
 * What decides the outcome of a run, flat, so that a table can show it and two runs can be compared field by field.
 * Types only. Transition tables are counted, not trained: they are a `ModelReference` of kind `baseline`.
 */
export type RunKind = RunSettings['kind'];
export type RunSettings =
  HeadRunSettings | LoraRunSettings | CareerRunSettings | LogitRunSettings | BagOfJobsRunSettings;

/** Of everything that is learned by gradient steps. AdamW's other constants are each kind's own. */
export type GradientSettings = {
  seed: number;
  epochs: number;
  /** Epochs without a better tuning perplexity after which training stops. */
  patience: number;
  learningRate: number;
  warmupSteps: number;
  decay: 'linear' | 'cosine' | 'inverse-square-root' | 'constant';
  weightDecay: number;
  /** Gradients longer than this are scaled down to it; 0 never clips. */
  clipNorm: number;
  /** Decay per step of a moving average of the parameters, which is what is kept and answers; 0: the parameters themselves. */
  averaging: number;
};

/** An occupation head on the frozen language model. */
export type HeadRunSettings = GradientSettings & {
  kind: 'head';
  rank: number;
  alpha: number;
  previousRank: number;
  /**
   * Most that the head begins with of what the language model says itself, 0 … 1; less where less predicts the tuning people
   * better. Below 1 where the language model has learned from these very people: on them it is surer than on others.
   */
  baseWeight: number;
  dropout: number;
  /** Observations in a batch. */
  batchSize: number;
  /** Id of the LoRA adapter that has tuned the language model that it reads; null, or absent: the one that ships. */
  tuned?: string | null;
};

/** LoRA on the language model by next-token prediction. */
export type LoraRunSettings = GradientSettings & {
  kind: 'lora';
  rank: number;
  alpha: number;
  /** Adapted matrices: of attention only, or of the MLP, too. */
  targets: 'attention' | 'attention and mlp';
  /** Layers from the top that are adapted; 0 for all. */
  topLayers: number;
  /** Weight of tokens that belong to no title in the loss: 0 learns titles only, 1 the whole text. */
  structureWeight: number;
  dropout: number;
  tokensPerBatch: number;
};

/** CAREER from scratch, or on from an adapter of another panel. */
export type CareerRunSettings = GradientSettings & {
  kind: 'career';
  hiddenSize: number;
  layers: number;
  heads: number;
  intermediateSize: number;
  dropout: number;
  /** Also knows how often and how lately each occupation was had, and the path to it: better, and not the published model. */
  ownHistory: boolean;
  /** People in a batch. */
  batchSize: number;
  /** Id of the CAREER adapter that it begins with; null from scratch. */
  pretrained: string | null;
};

export type LogitRunSettings = GradientSettings & {
  kind: 'logit';
  /** Observations in a batch. */
  batchSize: number;
};

export type BagOfJobsRunSettings = GradientSettings & {
  kind: 'bag-of-jobs';
  hiddenSize: number;
  dropout: number;
  /** Observations in a batch. */
  batchSize: number;
};
