import type { LoraConfig } from '../../onnx/index.ts';
import type { BatchTensors, DocumentBatch } from '../documents/batches.ts';
import type { Feed } from '../training/runtime.ts';
import type { BaseModel } from './baseModel.ts';
import { statesFeed, type LowerStates } from './lowerStates.ts';

/** A base model with its low-rank updates, and how its graphs are cut: `states` where the lower layers are not run. */
export interface TunedModel {
  readonly base: BaseModel;
  readonly lora: LoraConfig;
  readonly states?: LowerStates | undefined;
}

/** What a graph reads of a batch, but for the weights of its loss: tokens, or their states, and what follows each. */
export function documentFeeds(
  { base, states }: TunedModel,
  batch: DocumentBatch,
  { inputIds, labels }: BatchTensors,
): Record<string, Feed> {
  const rows = inputIds.length / batch.rowLength;
  return {
    ...(states
      ? { hidden_states: statesFeed(states, batch, rows, base.config.hiddenSize) }
      : { input_ids: { type: 'int64', data: inputIds, shape: [rows, batch.rowLength] } }),
    labels: { type: 'int64', data: labels, shape: [labels.length, 1] },
  };
}
