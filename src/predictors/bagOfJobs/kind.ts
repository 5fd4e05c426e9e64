import type { PredictorKind } from '../kind.ts';
import { real, type ValuesOf, whole } from '../settings.ts';
import { gradientDefaults, gradientFields, isSmall, seed, usualBatch } from '../training/gradientSettings.ts';

const fields = {
  ...gradientFields,
  /** Observations in a batch. */
  batchSize: whole(1, 4096),
  dropout: real(0, 0.9),
  hiddenSize: whole(4, 1024),
  seed,
};

export type BagOfJobsRunSettings = ValuesOf<typeof fields>;

/** Which jobs somebody had, in no order. */
export const bagOfJobs: PredictorKind<typeof fields> = {
  id: 'bag-of-jobs',
  requires: 'nothing',
  training: {
    fields,
    defaults(panel) {
      const small = isSmall(panel);
      return {
        ...gradientDefaults(panel),
        epochs: small ? 20 : 16,
        decay: small ? 'linear' : 'constant',
        learningRate: 2e-3,
        hiddenSize: small ? 32 : 128,
        dropout: 0.4,
        batchSize: usualBatch(panel),
      };
    },
  },
  load: async () => (await import('./bagOfJobsRuns.ts')).bagOfJobsParts,
};
