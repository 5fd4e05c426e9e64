import type { PredictorKind } from '../kind.ts';

/** A linear pool of models that are here. */
export const average: PredictorKind = {
  id: 'average',
  requires: 'language model',
  training: null,
  load: async () => (await import('./averageParts.ts')).averageParts,
};
