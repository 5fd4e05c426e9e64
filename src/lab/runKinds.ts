import { isTrained, kinds } from '../predictors/index.ts';

/** Every kind of model that can be trained, by its id. */
export const runKinds: readonly string[] = kinds.filter(isTrained).map(({ id }) => id);
