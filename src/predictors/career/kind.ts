import type { PredictorKind } from '../kind.ts';
import { adapterOf, onOrOff, real, type ValuesOf, whole } from '../settings.ts';
import { gradientDefaults, gradientFields, isSmall, seed } from '../training/gradientSettings.ts';

const fields = {
  ...gradientFields,
  /** People in a batch. */
  batchSize: whole(1, 4096),
  dropout: real(0, 0.9),
  hiddenSize: whole(4, 1024),
  layers: whole(1, 24),
  heads: whole(1, 32),
  intermediateSize: whole(4, 4096),
  /** Also knows how often and how lately each occupation was had, and the path to it: better, and not the published model. */
  ownHistory: onOrOff,
  /** The CAREER that it begins with; null from scratch. */
  pretrained: adapterOf('career'),
  seed,
};

export type CareerRunSettings = ValuesOf<typeof fields>;

/** CAREER from scratch, or on from one of another panel. */
export const career: PredictorKind<typeof fields> = {
  id: 'career',
  requires: 'nothing',
  training: {
    fields,
    defaults(panel) {
      const small = isSmall(panel);
      const hiddenSize = small ? 64 : 128;
      return {
        ...gradientDefaults(panel),
        hiddenSize,
        layers: small ? 2 : 4,
        heads: small ? 2 : 4,
        intermediateSize: 4 * hiddenSize,
        dropout: 0.35,
        ownHistory: false,
        batchSize: small ? 16 : 32,
        pretrained: null,
      };
    },
    problem: ({ hiddenSize, heads }) => (hiddenSize % heads === 0 ? null : 'setting_width_of_heads'),
  },
  load: async () => (await import('./careerRuns.ts')).careerParts,
};
