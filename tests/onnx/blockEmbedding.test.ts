import { describe, expect, it } from 'vitest';
import { tinyShape, tinyVocabulary } from '../../models/shapes/shapes.ts';
import {
  constantTensor,
  DataType,
  exportedDecoder,
  hiddenStatesDecoder,
  int,
  readModel,
  type ExportFiles,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
} from '../../src/onnx/index.ts';
import { nodeRuntime } from '../fixtures/nodeDecoder.ts';
import { changed, tinyExport } from '../fixtures/shapeExport.ts';
import { UntouchedDecoder } from '../fixtures/untouchedDecoder.ts';

const tokens = Array.from({ length: 40 }, (_, index) => (index * 97) % tinyVocabulary);
const { hiddenSize } = tinyShape('gemma-3-270m');

/** The embedding with the constants it reads. */
interface Embedding {
  readonly node: OnnxNode;
  readonly data: OnnxTensor;
  readonly graph: OnnxGraph;
}

const withEmbedding = (change: (embedding: Embedding) => void) => (graph: OnnxGraph) => {
  const node = graph.nodes.find(({ opType }) => opType === 'GatherBlockQuantized');
  const data = graph.initializers.find(({ name }) => name === node?.inputs[0]);
  if (node && data) change({ node, data, graph });
};

const retyped = (dataType: number) =>
  withEmbedding(({ data, node }) => {
    data.dataType = dataType;
    data.dims = [tinyVocabulary, hiddenSize];
    delete node.attributes.bits;
  });

/** Zero points that differ from block to block. */
const zeroPointed = withEmbedding(({ node, graph }) => {
  const bytes = Uint8Array.from({ length: tinyVocabulary }, (_, row) => (row * 37) % 256);
  graph.initializers.push(constantTensor('zeros', DataType.uint8, [tinyVocabulary, 1], bytes));
  node.inputs.push('zeros');
});

/** Each byte one number; another is put beside it, so that a row is as long as before. */
const bytewise = withEmbedding(({ node, data }) => {
  const doubled = new Uint8Array(tinyVocabulary * hiddenSize);
  data.data.forEach((byte, place) => doubled.set([byte, 255 - byte], 2 * place));
  Object.assign(data, constantTensor(data.name, DataType.uint8, [tinyVocabulary, hiddenSize], doubled));
  node.attributes.bits = int(8);
});

const forms: [string, 'q4' | 'q4f16', (graph: OnnxGraph) => void][] = [
  ['bytes of two numbers', 'q4', () => undefined],
  ['bytes of two numbers with scales in half precision', 'q4f16', () => undefined],
  ['zero points', 'q4', zeroPointed],
  ['bytes of one number', 'q4', bytewise],
  ['unsigned numbers of four bits', 'q4', retyped(DataType.uint4)],
  ['signed numbers of four bits', 'q4', retyped(DataType.int4)],
];

async function states(files: ExportFiles, dtype: 'q4' | 'q4f16', device: 'wasm' | 'webgpu') {
  const { bytes } = hiddenStatesDecoder(files, { device });
  const has = readModel(bytes).graph.nodes.some(({ opType }) => opType === 'GatherBlockQuantized');
  expect(has).toBe(device === 'webgpu');
  const own = { ...files, external: new Map([[files.name, files.bytes]]) };
  const decoder = await UntouchedDecoder.create(nodeRuntime, tinyShape('gemma-3-270m'), dtype, own, bytes);
  return [...(await decoder.output(tokens, 'hidden_states'))];
}

describe('an embedding in blocks, unpacked by standard operators', () => {
  const plain = (dtype: 'q4' | 'q4f16') => tinyExport('gemma-3-270m', dtype, { isExternal: false });

  it.each(forms)('is what the operator of onnxruntime gives: %s', async (_, dtype, change) => {
    const files = changed(plain(dtype), change);
    const expected = await states(files, dtype, 'webgpu');
    const found = await states(files, dtype, 'wasm');
    const worst = found.reduce((most, value, place) => Math.max(most, Math.abs(value - expected[place])), 0);
    expect(worst).toBeLessThan(dtype === 'q4' ? 1e-5 : 1e-2);
    const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(largest).toBeGreaterThan(0.5);
  });

  it('is refused by name where its form is not known', () => {
    const otherAxis = changed(
      plain('q4'),
      withEmbedding(({ node }) => (node.attributes.quantize_axis = int(0))),
    );
    expect(() => exportedDecoder(otherAxis)).toThrow('blocks of a form that is not known');
  });
});
