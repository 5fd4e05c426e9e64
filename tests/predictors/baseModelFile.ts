import { llamaParameters } from '../../src/onnx/index.ts';
import { writeSafetensors } from '../../src/predictors/files/safetensors.ts';
import type { BaseModel } from '../../src/predictors/lora/baseModel.ts';

/** The base model's own weights for Python: `model.safetensors` beside its `config.json`. */
export function baseModelFile({ config, tensors }: BaseModel): Uint8Array<ArrayBuffer> {
  const entries = llamaParameters(config).map(
    ({ name, shape }) => [name, { shape, values: tensors.get(name) ?? new Float32Array() }] as const,
  );
  return writeSafetensors(new Map(entries), { metadata: { format: 'pt' } });
}
