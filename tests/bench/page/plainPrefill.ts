import type { Runtime } from '../../../src/lm/index.ts';
import { exportDecoder, type OnnxModel } from '../../../src/onnx/index.ts';
import { readDecoder } from '../../../src/onnx/decoderReader.ts';
import { denseLinear, linearNames } from '../../../src/onnx/decoderWeights.ts';

/** A plain causal decoder with the weights of the shipped one, all in float32; runs a prefill of n tokens. */
export async function plainPrefill(
  runtime: Runtime,
  model: OnnxModel,
): Promise<(tokens: number) => Promise<void>> {
  const { sizes, layers, embedding, finalNorm } = readDecoder(model);
  const parameters = new Map([
    ['model.embed_tokens.weight', embedding],
    ['model.norm.weight', finalNorm],
  ]);
  layers.forEach((layer, index) => {
    const prefix = `model.layers.${index}.`;
    parameters.set(`${prefix}input_layernorm.weight`, layer.inputNorm);
    parameters.set(`${prefix}post_attention_layernorm.weight`, layer.postAttentionNorm);
    for (const name of linearNames)
      parameters.set(`${prefix}${name}.weight`, denseLinear(layer.linears[name]).values);
  });
  const config = {
    ...sizes,
    layers: layers.length,
    intermediateSize: layers[0].linears['mlp.up_proj'].outSize,
    ropeTheta: 10_000,
  };
  const format = { bits: null, blockSize: 32, activations: 'float32', contextLength: 2048 } as const;
  const bytes = exportDecoder(config, parameters, format);
  const { Tensor, InferenceSession } = runtime.ort;
  const session = await InferenceSession.create(bytes, { ...runtime.sessionOptions, logSeverityLevel: 3 });
  const int64 = (values: readonly number[], dims: number[]) =>
    new Tensor('int64', BigInt64Array.from(values, BigInt), dims);
  return async (tokens) => {
    const ids = Array.from({ length: tokens }, (_, index) => (index * 31) % sizes.vocabSize);
    const feeds: Record<string, InstanceType<typeof Tensor>> = {
      input_ids: int64(ids, [1, tokens]),
      attention_mask: int64(new Array<number>(tokens).fill(1), [1, tokens]),
      num_logits_to_keep: int64([1], []),
    };
    for (let layer = 0; layer < layers.length; layer++)
      for (const part of ['key', 'value'])
        feeds[`past_key_values.${layer}.${part}`] = new Tensor('float32', new Float32Array(), [
          1,
          sizes.kvHeads,
          0,
          sizes.headSize,
        ]);
    await session.run(feeds, ['logits']);
  };
}
