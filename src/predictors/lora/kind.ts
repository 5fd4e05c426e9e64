import type { PredictorKind } from '../kind.ts';
import { peftFileNames } from '../files/fileNames.ts';
import { choice, real, type ValuesOf, whole } from '../settings.ts';
import { gradientDefaults, gradientFields, seed } from '../training/gradientSettings.ts';

const fields = {
  ...gradientFields,
  tokensPerBatch: whole(64, 65_536),
  dropout: real(0, 0.9),
  rank: whole(1, 256),
  alpha: real(0.1, 1024),
  /** Adapted matrices: of attention only, or of the MLP, too. */
  targets: choice('attention', 'attention and mlp'),
  /** Layers from the top that are adapted; 0 for all. */
  topLayers: whole(0, 100),
  /** Weight of tokens that belong to no title in the loss: 0 learns titles only, 1 the whole text. */
  structureWeight: real(0, 1),
  seed,
};

export type LoraRunSettings = ValuesOf<typeof fields>;

/** LoRA on the language model by next-token prediction. */
export const lora: PredictorKind<typeof fields> = {
  id: 'lora',
  requires: 'weights of the language model',
  training: {
    fields,
    defaults: (panel) => ({
      ...gradientDefaults(panel),
      epochs: 5,
      patience: 2,
      rank: 8,
      alpha: 16,
      targets: 'attention and mlp',
      topLayers: 0,
      structureWeight: 0.2,
      dropout: 0.1,
      tokensPerBatch: 1280,
    }),
  },
  claims: (files) => files.some(({ name }) => name === peftFileNames.config),
  load: async () => (await import('./loraRuns.ts')).loraParts,
};
