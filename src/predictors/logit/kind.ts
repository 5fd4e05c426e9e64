import type { PredictorKind } from '../kind.ts';
import { type ValuesOf, whole } from '../settings.ts';
import { gradientDefaults, gradientFields, isSmall, seed, usualBatch } from '../training/gradientSettings.ts';

const fields = {
  ...gradientFields,
  /** Observations in a batch. */
  batchSize: whole(1, 4096),
  seed,
};

export type LogitRunSettings = ValuesOf<typeof fields>;

/** A multinomial logit on hand-made features. */
export const logit: PredictorKind<typeof fields> = {
  id: 'logit',
  requires: 'nothing',
  training: {
    fields,
    defaults: (panel) => ({
      ...gradientDefaults(panel),
      decay: isSmall(panel) ? 'linear' : 'constant',
      weightDecay: 0.4,
      batchSize: usualBatch(panel),
    }),
  },
  load: async () => (await import('./logitRuns.ts')).logitParts,
};
