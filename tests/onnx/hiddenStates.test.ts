import { describe, expect, it } from 'vitest';
import { tinyShape, type DecoderShape, type ShapeDtype, type ShapeName } from '../../models/shapes/shapes.ts';
import {
  DataType,
  fromFloat16,
  hiddenStatesDecoder,
  readModel,
  toFloat16,
  writeModel,
  type ExportFiles,
} from '../../src/onnx/index.ts';
import { nodeRuntime } from '../fixtures/nodeDecoder.ts';
import { referenceLlama } from '../fixtures/referenceLlama.ts';
import { namedWeights, tinyExport } from '../fixtures/shapeExport.ts';
import { UntouchedDecoder } from '../fixtures/untouchedDecoder.ts';
import { addOutput } from './addedOutput.ts';

const tokens = [5, 300, 17, 17, 401, 88, 9, 250, 31, 77, 12, 600];

const worst = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce(
    (most, value, index) => Math.max(most, Math.abs(value - b[index])),
    a.length === b.length ? 0 : Infinity,
  );

const variants: [ShapeName, ShapeDtype, Partial<DecoderShape>][] = [
  ['smollm2-135m', 'fp32', {}],
  ['smollm2-135m', 'q4', {}],
  ['smollm2-135m', 'q4', { attention: 'written-out' }],
  ['qwen2.5-0.5b', 'fp32', { head: 'dense' }],
  ['qwen2.5-0.5b', 'q4', {}],
  ['qwen2.5-0.5b', 'q4', { attention: 'multi-head' }],
  ['qwen2.5-0.5b', 'q4', { head: 'gemm', takesLogitsToKeep: true }],
  ['qwen2.5-0.5b', 'q4f16', {}],
  ['gemma-3-270m', 'fp32', {}],
  ['gemma-3-270m', 'q4', {}],
  ['gemma-3-270m', 'q4f16', { fusesSums: true }],
  ['gemma-3-270m', 'q4f16', {}],
];

/** The export with the output of its last norm declared by name, without any search. */
function withExposedNorm(files: ExportFiles, shape: DecoderShape, isHalf: boolean): Uint8Array {
  const model = readModel(files.bytes);
  const name = `/model/layers.2/final_norm_layernorm/${lastOperator(shape, isHalf)}/output_0`;
  addOutput(model, name, isHalf ? DataType.float16 : DataType.float32);
  model.graph.nodes.push({
    name: 'wide',
    opType: 'Cast',
    domain: '',
    inputs: [name],
    outputs: ['exposed'],
    attributes: { to: { kind: 'int', value: DataType.float32 } },
  });
  addOutput(model, 'exposed');
  return writeModel(model);
}

function lastOperator({ attention, isGemma, fusesSums }: DecoderShape, isHalf: boolean): string {
  if (attention === 'written-out') return 'Mul_1';
  if (isGemma && isHalf) return fusesSums ? 'Cast_normed' : 'Cast_output';
  return fusesSums ? 'SkipLayerNorm' : 'LayerNorm';
}

/** What is left in the type of the export: on processors the runtime may leave out the last rounding to it. */
function asStored(states: Float32Array, dtype: ShapeDtype): Float32Array {
  return dtype.endsWith('f16') ? fromFloat16(toFloat16(states)) : states;
}

async function hiddenStates(
  shape: DecoderShape,
  dtype: ShapeDtype,
  files: ExportFiles,
  keepsLogits: boolean,
) {
  // The processor's build for Node has all operators that a GPU has: the embedding stays as it is.
  const { bytes, externalData } = hiddenStatesDecoder(files, { keepsLogits, device: 'webgpu' });
  const external = new Map(externalData.map(({ path, data }) => [path, data]));
  const decoder = await UntouchedDecoder.create(nodeRuntime, shape, dtype, { ...files, external }, bytes);
  return { decoder, states: asStored(await decoder.output(tokens, 'hidden_states'), dtype) };
}

describe('hidden states of an export', () => {
  it.each(variants)(
    '%s %s %j: what its own last norm gives, with and without logits',
    async (name, dtype, changes) => {
      const shape = tinyShape(name, changes);
      const files = tinyExport(name, dtype, changes);
      const original = await UntouchedDecoder.create(
        nodeRuntime,
        shape,
        dtype,
        files,
        withExposedNorm(files, shape, dtype.endsWith('f16')),
      );
      const expected = asStored(await original.output(tokens, 'exposed'), dtype);
      expect(expected).toHaveLength(tokens.length * shape.hiddenSize);
      const { decoder, states } = await hiddenStates(shape, dtype, files, true);
      expect(worst(states, expected)).toBeLessThan(1e-5);
      expect(
        worst(await decoder.output(tokens, 'logits'), await original.output(tokens, 'logits')),
      ).toBeLessThan(1e-5);
      expect(worst((await hiddenStates(shape, dtype, files, false)).states, expected)).toBeLessThan(1e-5);
    },
  );

  it.each(variants)('%s %s %j: without logits there is no product with the head', (name, dtype, changes) => {
    const files = tinyExport(name, dtype, changes);
    const { vocabSize } = tinyShape(name, changes);
    const whole = readModel(hiddenStatesDecoder(files, { keepsLogits: true }).bytes).graph;
    const { graph } = readModel(hiddenStatesDecoder(files).bytes);
    const isHead = ({ name: node }: { name: string }) => node.startsWith('/lm_head/');
    expect(whole.nodes.some(isHead)).toBe(true);
    expect(graph.nodes.some(isHead)).toBe(false);
    expect(graph.outputs.map((output) => output.name)).not.toContain('logits');
    expect(graph.inputs.map((input) => input.name)).not.toContain('num_logits_to_keep');
    // The table of the embeddings is all that is as wide as the vocabulary, in one piece or with its scales.
    const wide = graph.initializers.filter(({ dims }) => dims.includes(vocabSize));
    const table = /^model\.embed_tokens\.weight(_Q4|_scales)?$/;
    expect(wide.filter((tensor) => !table.test(tensor.name))).toEqual([]);
    expect(wide).not.toHaveLength(0);
  });

  it('are those of our own forward pass over the same weights', async () => {
    const changes = { packsQueryKeyValue: false };
    const shape = tinyShape('smollm2-135m', changes);
    const files = tinyExport('smollm2-135m', 'fp32', changes);
    const { states } = await hiddenStates(shape, 'fp32', files, false);
    const reference = referenceLlama(shape, namedWeights(files), tokens);
    expect(worst(states, reference.hiddenStates.flat())).toBeLessThan(1e-4);
  });

  it('are float32 also where the export computes in float16', () => {
    const shape = tinyShape('gemma-3-270m');
    const { bytes } = hiddenStatesDecoder(tinyExport('gemma-3-270m', 'q4f16'));
    const { graph } = readModel(bytes);
    const output = graph.outputs.find(({ name }) => name === 'hidden_states');
    expect(output?.elementType).toBe(DataType.float32);
    expect(output?.shape).toEqual(['batch_size', 'sequence_length', shape.hiddenSize]);
    expect(graph.inputs.find(({ name }) => name === 'past_key_values.0.key')?.elementType).toBe(
      DataType.float16,
    );
  });
});
