import type { PredictorKind } from '../kind.ts';
import { adapterOf, real, type ValuesOf, whole } from '../settings.ts';
import { gradientDefaults, gradientFields, isSmall, seed, usualBatch } from '../training/gradientSettings.ts';

const fields = {
  ...gradientFields,
  /** Observations in a batch. */
  batchSize: whole(1, 4096),
  dropout: real(0, 0.9),
  rank: whole(1, 256),
  alpha: real(0.1, 1024),
  previousRank: whole(0, 256),
  /**
   * Most that the head begins with of what the language model says itself; less where less predicts the tuning people better.
   * Below 1 where the language model has learned from these very people: on them it is surer than on others.
   */
  baseWeight: real(0, 1),
  /** The LoRA that has tuned the language model that it reads. */
  tuned: adapterOf('lora'),
  seed,
};

export type HeadRunSettings = ValuesOf<typeof fields>;

/** An occupation head on the frozen language model. */
export const head: PredictorKind<typeof fields> = {
  id: 'head',
  requires: 'language model',
  training: {
    fields,
    /**
     * A small panel's were chosen by cross-validation on 500 people of another population and a list of 13 groups, and on 450
     * that the language model had not learned from and 333 occupations: on the first, faster rates are better still, on the
     * second they are worse than no head.
     */
    defaults(panel) {
      const small = isSmall(panel);
      return {
        ...gradientDefaults(panel),
        epochs: small ? 20 : 16,
        patience: small ? 6 : 4,
        learningRate: small ? 1e-3 : 3e-3,
        weightDecay: 0.5,
        rank: small ? 32 : 64,
        alpha: small ? 32 : 64,
        previousRank: small ? 8 : 16,
        baseWeight: 1,
        dropout: small ? 0.3 : 0.6,
        batchSize: usualBatch(panel),
        tuned: null,
      };
    },
  },
  load: async () => (await import('./headRuns.ts')).headParts,
};
