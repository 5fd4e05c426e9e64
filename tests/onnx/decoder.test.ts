import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { exportDecoder, type DecoderFormat, type LlamaConfig } from '../../src/onnx/index.ts';
import { quantizedParameters } from '../fixtures/quantizedParameters.ts';
import { randomParameters, shippedShape, tinyShape, uniform } from '../fixtures/randomLlama.ts';
import { referenceLlama } from '../fixtures/referenceLlama.ts';

const int64 = (values: readonly number[], dims: readonly number[]): ort.Tensor =>
  new ort.Tensor('int64', BigInt64Array.from(values, BigInt), dims);

/** Runs an exported decoder on the processor: a prefill, then the rest one token at a time. */
async function decode(bytes: Uint8Array, config: LlamaConfig, tokens: readonly number[], prefill: number) {
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: ['cpu'],
    logSeverityLevel: 3,
  });
  const size = config.hiddenSize / config.heads;
  const type = session.inputMetadata.find((input) => input.name === 'past_key_values.0.key');
  const half = type?.isTensor === true && type.type === 'float16';
  let cache = new Map<string, ort.Tensor>();
  for (let layer = 0; layer < config.layers; layer++)
    for (const part of ['key', 'value']) {
      const dims = [1, config.kvHeads, 0, size];
      const empty = half
        ? new ort.Tensor('float16', new Uint16Array(), dims)
        : new ort.Tensor(new Float32Array(), dims);
      cache.set(`past_key_values.${layer}.${part}`, empty);
    }
  const logits: Float32Array[] = [];
  const hiddenStates: Float32Array[] = [];
  for (let start = 0; start < tokens.length;) {
    const end = start === 0 ? prefill : start + 1;
    const outputs = await session.run({
      input_ids: int64(tokens.slice(start, end), [1, end - start]),
      attention_mask: int64(new Array<number>(end).fill(1), [1, end]),
      num_logits_to_keep: int64([0], []),
      ...Object.fromEntries(cache),
    });
    cache = new Map(
      [...cache.keys()].map((name) => [name, outputs[name.replace('past_key_values', 'present')]]),
    );
    logits.push(outputs.logits.data as Float32Array);
    hiddenStates.push(outputs.hidden_states.data as Float32Array);
    start = end;
  }
  return { logits: joined(logits), hiddenStates: joined(hiddenStates) };
}

function joined(parts: readonly Float32Array[]): number[] {
  return parts.flatMap((part) => [...part]);
}

/** Largest difference of log softmax rows from the reference. */
function worstLogProb(logits: readonly number[], reference: readonly number[][]): number {
  const vocabSize = reference[0].length;
  let worst = 0;
  reference.forEach((row, index) => {
    const own = logits.slice(index * vocabSize, (index + 1) * vocabSize);
    const highest = Math.max(...own);
    const partition = highest + Math.log(own.reduce((sum, value) => sum + Math.exp(value - highest), 0));
    row.forEach((logProb, token) => (worst = Math.max(worst, Math.abs(own[token] - partition - logProb))));
  });
  return worst;
}

const formats: [DecoderFormat, number][] = [
  [{ bits: null, blockSize: 32, activations: 'float32' }, 2e-5],
  [{ bits: 8, blockSize: 32, activations: 'float32' }, 1e-4],
  [{ bits: 8, blockSize: 16, symmetric: false, activations: 'float32' }, 1e-4],
  [{ bits: 4, blockSize: 16, activations: 'float32' }, 1e-4],
  [{ bits: 4, blockSize: 32, symmetric: false, activations: 'float32' }, 1e-4],
  [{ bits: null, blockSize: 32, activations: 'float16' }, 6e-2],
  [{ bits: 4, blockSize: 32, activations: 'float16' }, 6e-2],
  [{ bits: 8, blockSize: 32, activations: 'float16' }, 6e-2],
];

describe('exported decoder', () => {
  const next = uniform(5);
  const tokens = Array.from({ length: 40 }, () => Math.floor(next() * tinyShape.vocabSize));
  const parameters = randomParameters(tinyShape, 7);

  it.each(formats)('%j equals a Llama with the same quantized weights', async (format, tolerance) => {
    const bytes = exportDecoder(tinyShape, parameters, format);
    const { logits, hiddenStates } = await decode(bytes, tinyShape, tokens, 33);
    const reference = referenceLlama(tinyShape, quantizedParameters(tinyShape, parameters, format), tokens);
    expect(worstLogProb(logits, reference.logProbs)).toBeLessThan(tolerance);
    const worst = reference.hiddenStates.flat().map((value, index) => Math.abs(value - hiddenStates[index]));
    expect(Math.max(...worst)).toBeLessThan(tolerance);
  });

  it('keeps only the last logits when asked', async () => {
    const bytes = exportDecoder(tinyShape, parameters, { bits: null, blockSize: 32, activations: 'float32' });
    const session = await ort.InferenceSession.create(bytes);
    const size = tinyShape.hiddenSize / tinyShape.heads;
    const cache = [0, 1].flatMap((layer) =>
      ['key', 'value'].map((part) => [
        `past_key_values.${layer}.${part}`,
        new ort.Tensor(new Float32Array(), [1, tinyShape.kvHeads, 0, size]),
      ]),
    );
    const feeds = {
      input_ids: int64(tokens, [1, 40]),
      attention_mask: int64(new Array<number>(40).fill(1), [1, 40]),
      ...(Object.fromEntries(cache) as Record<string, ort.Tensor>),
    };
    const all = await session.run({ ...feeds, num_logits_to_keep: int64([0], []) });
    const last = await session.run({ ...feeds, num_logits_to_keep: int64([1], []) });
    expect(last.logits.dims).toEqual([1, 1, tinyShape.vocabSize]);
    expect(all.logits.dims).toEqual([1, 40, tinyShape.vocabSize]);
    const tail = (all.logits.data as Float32Array).subarray(39 * tinyShape.vocabSize);
    (last.logits.data as Float32Array).forEach((logit, index) => expect(logit).toBeCloseTo(tail[index], 4));
  });

  it('stores the embedding once and the weights in the asked number of bits', () => {
    const weights = randomParameters(shippedShape, 3);
    const linear = 4 * (256 * 512 + 256 * 256 + 3 * 256 * 688);
    const embedding = 2048 * 256 * 2;
    const tables = 2 * 1024 * 32 * 4;
    for (const bits of [4, 8] as const) {
      const bytes = exportDecoder(shippedShape, weights, { bits, blockSize: 32, activations: 'float32' });
      const blocks = (linear / 688) * 22 * 32; // upper bound: 688 inputs fill 21.5 blocks
      expect(bytes.length).toBeGreaterThan((linear * bits) / 8 + embedding);
      expect(bytes.length).toBeLessThan(
        (blocks * bits) / 8 + (blocks / 32) * 4 + embedding + tables + 40_000,
      );
    }
  });

  it('refuses parameters that are missing or misshapen', () => {
    const format: DecoderFormat = { bits: 8, blockSize: 32, activations: 'float32' };
    const missing = new Map(parameters);
    missing.delete('model.norm.weight');
    expect(() => exportDecoder(tinyShape, missing, format)).toThrow('model.norm.weight');
    const short = new Map(parameters).set('model.norm.weight', new Float32Array(3));
    expect(() => exportDecoder(tinyShape, short, format)).toThrow('model.norm.weight');
  });
});
