import { describe, expect, it } from 'vitest';
import {
  configJson,
  decoderParameters,
  exportDecoder,
  readConfigJson,
  readModel,
  type DecoderFormat,
} from '../../src/onnx/index.ts';
import { quantizedParameters } from '../fixtures/quantizedParameters.ts';
import { randomParameters, tinyShape } from '../fixtures/randomLlama.ts';

describe('the parameters of a decoder file', () => {
  const parameters = randomParameters(tinyShape, 3);

  it.each<DecoderFormat>([
    { bits: null, blockSize: 32, activations: 'float32' },
    { bits: 8, blockSize: 32, activations: 'float32' },
    { bits: 4, blockSize: 32, symmetric: false, activations: 'float32' },
  ])('are what was stored, bit by bit: %j', (format) => {
    const read = decoderParameters(readModel(exportDecoder(tinyShape, parameters, format)));
    const stored = quantizedParameters(tinyShape, parameters, format);
    expect([...read.keys()].sort()).toEqual([...stored.keys()].sort());
    for (const [name, values] of stored) expect(read.get(name), name).toEqual(values);
  });
});

describe('config.json', () => {
  const { config } = configJson(tinyShape, { bosTokenId: null, eosTokenId: 0, padTokenId: 0 });

  it('gives back the sizes that were written', () => {
    expect(readConfigJson(JSON.parse(JSON.stringify(config)))).toEqual(tinyShape);
  });

  it.each([
    [{ model_type: 'gpt2' }, 'model_type is gpt2'],
    [{ tie_word_embeddings: false }, 'tie_word_embeddings is false'],
    [{ attention_bias: true }, 'attention_bias'],
    [{ rope_scaling: { factor: 8 } }, 'rope_scaling'],
    [{ hidden_size: '64' }, 'hidden_size is no number'],
    [{ num_key_value_heads: 3 }, 'kvHeads must divide heads'],
    [{ head_dim: 128 }, 'head_dim'],
  ])('of another model is refused: %j', (change, reason) => {
    expect(() => readConfigJson({ ...config, ...change })).toThrow(reason);
  });
});
