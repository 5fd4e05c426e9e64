import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AutoModelForCausalLM, env, Tensor } from '@huggingface/transformers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configJson, exportDecoder, type DecoderFormat } from '../../src/onnx/index.ts';
import { quantizedParameters } from '../fixtures/quantizedParameters.ts';
import { randomParameters, tinyShape } from '../fixtures/randomLlama.ts';
import { referenceLlama } from '../fixtures/referenceLlama.ts';

const parameters = randomParameters(tinyShape, 31);
const tokens = Array.from({ length: 24 }, (_, index) => (index * 17 + 3) % tinyShape.vocabSize);
const int64 = (values: readonly number[]) =>
  new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);

const files: [
  dtype: 'fp32' | 'q8' | 'q4' | 'q4f16',
  file: string,
  format: DecoderFormat,
  tolerance: number,
][] = [
  ['fp32', 'model.onnx', { bits: null, blockSize: 32, activations: 'float32' }, 2e-5],
  ['q8', 'model_quantized.onnx', { bits: 8, blockSize: 32, activations: 'float32' }, 1e-4],
  ['q4', 'model_q4.onnx', { bits: 4, blockSize: 32, activations: 'float32' }, 1e-4],
  ['q4f16', 'model_q4f16.onnx', { bits: 4, blockSize: 32, activations: 'float16' }, 6e-2],
];

describe('model folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'model-'));
  beforeAll(() => {
    env.allowRemoteModels = false;
    mkdirSync(join(folder, 'onnx'));
    const { config, generationConfig } = configJson(tinyShape, {
      bosTokenId: null,
      eosTokenId: 2,
      padTokenId: 2,
    });
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
    writeFileSync(join(folder, 'generation_config.json'), JSON.stringify(generationConfig));
    for (const [, file, format] of files)
      writeFileSync(join(folder, 'onnx', file), exportDecoder(tinyShape, parameters, format));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(files)('%s: AutoModelForCausalLM of transformers.js loads %s and generates', async (...row) => {
    const [dtype, , format, tolerance] = row;
    const options = { dtype, device: 'cpu' as const, local_files_only: true };
    const model = await AutoModelForCausalLM.from_pretrained(folder, options);
    const inputs = { input_ids: int64(tokens), attention_mask: int64(tokens.map(() => 1)) };
    const { logits, hidden_states: hidden } = (await model(inputs)) as Record<string, Tensor>;
    expect(logits.dims).toEqual([1, tokens.length, tinyShape.vocabSize]);
    const reference = referenceLlama(tinyShape, quantizedParameters(tinyShape, parameters, format), tokens);
    const expected = reference.hiddenStates.flat();
    const actual = hidden.data as Float32Array;
    expected.forEach((value, index) => expect(Math.abs(actual[index] - value)).toBeLessThan(tolerance));

    const generated = (await model.generate({ ...inputs, max_new_tokens: 5, do_sample: false })) as Tensor;
    const written = Array.from(generated.data as BigInt64Array, Number);
    expect(written.slice(0, tokens.length)).toEqual(tokens);
    expect(written.length).toBeGreaterThan(tokens.length);
    const greedy = reference.logProbs[tokens.length - 1];
    if (format.activations === 'float32')
      expect(written[tokens.length]).toBe(greedy.indexOf(Math.max(...greedy)));
    await model.dispose();
  });
});
