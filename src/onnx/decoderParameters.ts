import { readDecoder } from './decoderReader.ts';
import { denseLinear, linearNames } from './decoderWeights.ts';
import type { OnnxModel } from './model.ts';

/**
 * The parameters of a decoder that `exportDecoder` wrote, in float32 under Hugging Face's names, linear weights
 * `[out, in]`: what its quantized or half-precision weights stand for, exactly. Throws `bad-input` for any other model.
 */
export function decoderParameters(model: OnnxModel): Map<string, Float32Array> {
  const { embedding, layers, finalNorm } = readDecoder(model);
  const parameters = new Map([['model.embed_tokens.weight', embedding]]);
  layers.forEach(({ inputNorm, postAttentionNorm, linears }, layer) => {
    const prefix = `model.layers.${layer}.`;
    for (const name of linearNames)
      parameters.set(`${prefix}${name}.weight`, denseLinear(linears[name]).values);
    parameters.set(`${prefix}input_layernorm.weight`, inputNorm);
    parameters.set(`${prefix}post_attention_layernorm.weight`, postAttentionNorm);
  });
  return parameters.set('model.norm.weight', finalNorm);
}
