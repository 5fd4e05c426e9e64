import type { PanelRow } from '../../../storage/index.ts';
import type { GradientSettings, RunKind, RunSettings } from '../../runSettings.ts';

/**
 * Settings to begin with; small panels get smaller models, smaller batches and more epochs. A small panel's head was chosen on
 * tuning people, by perplexity: rank 32 before rank 8 on 450 people that the language model had learned from (8.62, 8.72), 400
 * that it had not (8.94, 9.07), and 300 invented ones (3.30, 3.36). A third of the rate was better on the second (8.91) and far
 * worse on the third (4.09).
 */
export function defaultSettings(kind: RunKind, { parts }: Pick<PanelRow, 'parts'>): RunSettings {
  const { people, observations } = parts.fitting;
  const isSmall = people < 2000;
  const gradient: GradientSettings = {
    seed: 1,
    epochs: isSmall ? 20 : 10,
    patience: 4,
    learningRate: 1e-3,
    warmupSteps: isSmall ? 20 : 200,
    decay: 'linear',
    weightDecay: 0.1,
    clipNorm: 1,
    averaging: 0.997,
  };
  switch (kind) {
    case 'head':
      return {
        ...gradient,
        kind,
        weightDecay: 0.5,
        rank: isSmall ? 32 : 8,
        alpha: isSmall ? 32 : 8,
        previousRank: 8,
        baseWeight: 1,
        dropout: 0.5,
        batchSize: observations < 20_000 ? 128 : 512,
      };
    case 'lora':
      return {
        ...gradient,
        kind,
        epochs: 5,
        patience: 2,
        rank: 8,
        alpha: 16,
        targets: 'attention and mlp',
        topLayers: 0,
        structureWeight: 0.2,
        dropout: 0.1,
        tokensPerBatch: 1280,
      };
    case 'career': {
      const hiddenSize = isSmall ? 64 : 128;
      return {
        ...gradient,
        kind,
        hiddenSize,
        layers: isSmall ? 2 : 4,
        heads: isSmall ? 2 : 4,
        intermediateSize: 4 * hiddenSize,
        dropout: 0.35,
        ownHistory: false,
        batchSize: isSmall ? 16 : 32,
        pretrained: null,
      };
    }
    case 'logit':
      return { ...gradient, kind, batchSize: observations < 20_000 ? 128 : 512 };
    case 'bag-of-jobs':
      return {
        ...gradient,
        kind,
        hiddenSize: isSmall ? 32 : 64,
        dropout: 0.3,
        batchSize: observations < 20_000 ? 128 : 512,
      };
  }
}
