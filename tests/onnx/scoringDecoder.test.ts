import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import {
  exportDecoder,
  readModel,
  scoringDecoder,
  type DecoderFormat,
  type ScoringFormat,
} from '../../src/onnx/index.ts';
import { quantizedParameters } from '../fixtures/quantizedParameters.ts';
import { randomParameters, tinyShape, uniform } from '../fixtures/randomLlama.ts';
import { referenceLlama } from '../fixtures/referenceLlama.ts';

const int64 = (values: readonly number[], dims: readonly number[] = [values.length]): ort.Tensor =>
  new ort.Tensor('int64', BigInt64Array.from(values, BigInt), dims);

/** A prompt of six tokens, then a tree: `parents` gives each node's parent, -1 for the end of the prompt. */
const promptLength = 6;
const parents = [-1, 0, 1, 1, -1, 4, 5, 4, -1];
const next = uniform(11);
const tokens = Array.from({ length: promptLength + parents.length }, () =>
  Math.floor(next() * tinyShape.vocabSize),
);

function ancestors(row: number): Set<number> {
  if (row < promptLength) return new Set(Array.from({ length: row + 1 }, (_, index) => index));
  const parent = parents[row - promptLength];
  const above = ancestors(parent < 0 ? promptLength - 1 : promptLength + parent);
  return above.add(row);
}
const sees = (query: number, key: number): boolean => ancestors(query).has(key);
const positions = tokens.map((_, row) => ancestors(row).size - 1);

const parameters = randomParameters(tinyShape, 7);

async function load(stored: DecoderFormat, format: ScoringFormat) {
  const { bytes, sizes } = scoringDecoder(readModel(exportDecoder(tinyShape, parameters, stored)), format);
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: ['cpu'],
    logSeverityLevel: 3,
  });
  const half = format.activations === 'float16';
  const emptyCache = (): Record<string, ort.Tensor> => {
    const cache: Record<string, ort.Tensor> = {};
    for (let layer = 0; layer < sizes.layers; layer++)
      for (const part of ['key', 'value']) {
        const dims = [1, sizes.kvHeads, 0, sizes.headSize];
        cache[`past_key_values.${layer}.${part}`] = half
          ? new ort.Tensor('float16', new Uint16Array(), dims)
          : new ort.Tensor(new Float32Array(), dims);
      }
    return cache;
  };
  /** Rows `rows` are new, the first `reused` rows come from `cache`; every (row, token) pair is picked. */
  const run = (cache: Record<string, ort.Tensor>, reused: number, rows: number[], kept: number) => {
    const visible = [...Array.from({ length: reused }, (_, index) => index), ...rows];
    const bias = rows.flatMap((row) => visible.map((key) => (sees(row, key) ? 0 : -30_000)));
    const vocabulary = Array.from({ length: sizes.vocabSize }, (_, token) => token);
    return session.run({
      ...cache,
      input_ids: int64(
        rows.map((row) => tokens[row]),
        [1, rows.length],
      ),
      position_ids: int64(
        rows.map((row) => positions[row]),
        [1, rows.length],
      ),
      attention_bias: new ort.Tensor(Float32Array.from(bias), [1, 1, rows.length, visible.length]),
      reused_length: int64([reused]),
      kept_length: int64([kept]),
      head_rows: int64(rows.map((_, index) => index)),
      picks: int64(rows.flatMap((_, index) => vocabulary.map((token) => index * sizes.vocabSize + token))),
      pick_rows: int64(rows.flatMap((_, index) => vocabulary.map(() => index))),
    });
  };
  return { run, emptyCache };
}

const worst = (actual: ArrayLike<number>, expected: readonly number[]): number =>
  expected.reduce((most, value, index) => Math.max(most, Math.abs(value - actual[index])), 0);

const cases: [DecoderFormat, ScoringFormat, number][] = [
  [{ bits: null, blockSize: 32, activations: 'float32' }, { weights: 'dense', activations: 'float32' }, 2e-5],
  [
    { bits: 8, blockSize: 32, activations: 'float32' },
    { weights: 'quantized', activations: 'float32' },
    1e-4,
  ],
  [{ bits: 8, blockSize: 32, activations: 'float32' }, { weights: 'dense', activations: 'float32' }, 2e-5],
  [
    { bits: 4, blockSize: 16, symmetric: false, activations: 'float32' },
    { weights: 'quantized', activations: 'float32' },
    1e-4,
  ],
  [
    { bits: 4, blockSize: 32, symmetric: false, activations: 'float32' },
    { weights: 'dense', activations: 'float32' },
    2e-5,
  ],
  [
    { bits: 8, blockSize: 32, activations: 'float32' },
    { weights: 'quantized', activations: 'float16' },
    6e-2,
  ],
  [{ bits: 4, blockSize: 32, activations: 'float16' }, { weights: 'dense', activations: 'float32' }, 1e-2],
];

describe('scoring decoder', () => {
  it.each(cases)(
    'a tree of continuations in one pass: stored %j, run %j',
    async (stored, format, tolerance) => {
      const { run, emptyCache } = await load(stored, format);
      const rows = tokens.map((_, row) => row);
      const outputs = await run(emptyCache(), 0, rows, promptLength);
      const own = quantizedParameters(tinyShape, parameters, stored);
      const reference = referenceLlama(tinyShape, own, tokens, positions, sees);
      expect(worst(outputs.picked_log_probs.data as Float32Array, reference.logProbs.flat())).toBeLessThan(
        tolerance,
      );
      expect(worst(outputs.hidden_states.data as Float32Array, reference.hiddenStates.flat())).toBeLessThan(
        tolerance,
      );
      expect(outputs['present.1.value'].dims).toEqual([1, 2, promptLength, 16]);
    },
  );

  it('reuses any leading part of a kept cache', async () => {
    const { run, emptyCache } = await load(cases[0][0], cases[0][1]);
    const rows = tokens.map((_, row) => row);
    const cold = await run(emptyCache(), 0, rows, promptLength);
    const cache = Object.fromEntries(
      Object.entries(cold)
        .filter(([name]) => name.startsWith('present'))
        .map(([name, tensor]) => [name.replace('present', 'past_key_values'), tensor]),
    );
    for (const reused of [1, 4, promptLength]) {
      const warm = await run(cache, reused, rows.slice(reused), promptLength);
      const expected = [...(cold.picked_log_probs.data as Float32Array)].slice(reused * tinyShape.vocabSize);
      expect(worst(warm.picked_log_probs.data as Float32Array, expected)).toBeLessThan(1e-5);
      const kept = [...(cold['present.1.key'].data as Float32Array)];
      expect(worst(warm['present.1.key'].data as Float32Array, kept)).toBeLessThan(1e-5);
    }
  });

  it('refuses a model that is no decoder of ours', () => {
    const model = readModel(exportDecoder(tinyShape, parameters, cases[0][0]));
    model.graph.initializers = model.graph.initializers.filter(({ name }) => name !== 'model.norm.weight');
    expect(() => scoringDecoder(model, cases[0][1])).toThrow('model.norm.weight');
  });
});
