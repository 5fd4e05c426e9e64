import {
  exportDecoder,
  readModel,
  scoringDecoder,
  type LoraConfig,
  type ScoringDecoder,
} from '../../onnx/index.ts';
import type { BaseModel } from './baseModel.ts';
import { mergeLora } from './loraTensors.ts';

/**
 * The graph by which the language route scores the tuned model: the merged weights in float32, not quantized again, so that
 * its probabilities are those that training saw, up to rounding.
 */
export function tunedDecoder(
  { config, tensors }: BaseModel,
  lora: LoraConfig,
  theta: Float32Array,
  contextLength: number,
): ScoringDecoder {
  const merged = mergeLora(config, tensors, lora, theta);
  const format = { bits: null, blockSize: 32, activations: 'float32', contextLength } as const;
  const exported = readModel(exportDecoder(config, merged, format));
  return scoringDecoder(exported, { weights: 'dense', activations: 'float32' });
}
