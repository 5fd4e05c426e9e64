import type { AskedModel } from './askedModel.ts';

/** A model, and how to let go of what it holds on the device. */
export interface OpenedModel {
  readonly model: AskedModel;
  readonly dispose: () => Promise<void>;
}

/** A model that holds nothing of its own. */
export function lasting(model: AskedModel): OpenedModel {
  return { model, dispose: () => Promise.resolve() };
}
