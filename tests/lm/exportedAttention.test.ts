import { describe, expect, it } from 'vitest';
import { tinyShape, tinyVocabulary, type ShapeName } from '../../models/shapes/shapes.ts';
import { DecoderSession, scoreTitles, titleTrie } from '../../src/lm/index.ts';
import {
  constantTensor,
  DataType,
  exportedDecoder,
  float,
  int,
  node,
  type ExportFiles,
  type OnnxGraph,
  type OnnxNode,
} from '../../src/onnx/index.ts';
import { nodeRuntime } from '../fixtures/nodeDecoder.ts';
import { uniform } from '../fixtures/randomLlama.ts';
import { changed, tinyExport } from '../fixtures/shapeExport.ts';
import { UntouchedDecoder } from '../fixtures/untouchedDecoder.ts';

const next = uniform(8);
const draw = (length: number) =>
  Array.from({ length }, () => 11 + Math.floor(next() * (tinyVocabulary - 11)));
const prompt = draw(30);
/** Titles as deep as the tiny window is wide, with beginnings in common. */
const stem = draw(6);
const titles = Array.from({ length: 40 }, (_, title) => [
  ...stem.slice(0, title % 7),
  ...draw(1 + (title % 9)),
  10,
]);

const attentions = (graph: OnnxGraph) => graph.nodes.filter(({ opType }) => opType === 'GroupQueryAttention');
const onAttention = (change: (attention: OnnxNode) => void) => (graph: OnnxGraph) =>
  attentions(graph).forEach(change);

/** Tables of rotations for half of each head's channels. */
function halveRotation(graph: OnnxGraph): void {
  for (const table of graph.initializers)
    if (/^(cos|sin)_cache/.test(table.name)) {
      const [rows, half] = table.dims;
      const values = new Float32Array(table.data.slice().buffer);
      const kept = values.filter((_, index) => index % half < half / 2);
      Object.assign(table, constantTensor(table.name, DataType.float32, [rows, half / 2], kept));
    }
}

/** Logits that are bent, scaled and shifted, as Gemma 2 and others do it. */
function bendLogits(graph: OnnxGraph): void {
  const head = graph.nodes.find(({ outputs }) => outputs.includes('logits'));
  if (head) head.outputs = ['raw'];
  const values = Float32Array.from({ length: tinyVocabulary }, (_, token) => Math.sin(token));
  graph.initializers.push(constantTensor('cap', DataType.float32, [], Float32Array.of(3)));
  graph.initializers.push(constantTensor('shift', DataType.float32, [tinyVocabulary], values));
  graph.nodes.push(node('Div', ['raw', 'cap'], ['small']), node('Tanh', ['small'], ['bent']));
  graph.nodes.push(node('Mul', ['cap', 'bent'], ['capped']), node('Add', ['capped', 'shift'], ['logits']));
}

const cases: [string, ShapeName, (graph: OnnxGraph) => void][] = [
  [
    'scores that go through a softcap',
    'qwen2.5-0.5b',
    onAttention(({ attributes }) => (attributes.softcap = float(2))),
  ],
  ['a scale of its own', 'smollm2-135m', onAttention(({ attributes }) => (attributes.scale = float(0.7)))],
  [
    'no scale, which means the usual one',
    'smollm2-135m',
    onAttention(({ attributes }) => delete attributes.scale),
  ],
  [
    'channels that turn in neighbouring pairs',
    'smollm2-135m',
    onAttention(({ attributes }) => (attributes.rotary_interleaved = int(1))),
  ],
  ['half of the channels turning', 'gemma-3-270m', halveRotation],
  [
    'a window in every layer',
    'smollm2-135m',
    onAttention(({ attributes }) => (attributes.local_window_size = int(5))),
  ],
  [
    'a window wider than the text',
    'gemma-3-270m',
    onAttention(({ attributes }) => (attributes.local_window_size = int(200))),
  ],
  [
    'positions as an input of the attention',
    'gemma-3-270m',
    (graph) => {
      graph.inputs.push({
        name: 'position_ids',
        elementType: DataType.int64,
        shape: ['batch_size', 'sequence_length'],
      });
      for (const attention of attentions(graph)) attention.inputs.push('position_ids');
    },
  ],
  ['logits that are bent after the product', 'gemma-3-270m', bendLogits],
];

async function scores(name: ShapeName, files: ExportFiles) {
  const untouched = await UntouchedDecoder.create(nodeRuntime, tinyShape(name), 'fp32', files);
  const expected: number[] = [];
  for (const title of titles) expected.push(await untouched.continuationLogProb(prompt, title));
  const session = await DecoderSession.create(nodeRuntime, exportedDecoder(files));
  const { logProbs } = await scoreTitles(session, prompt, titleTrie(titles));
  return { logProbs: [...logProbs], expected };
}

const worst = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index])), 0);

describe('attention of an export, replaced', () => {
  it.each(cases)('%s', async (_, name, change) => {
    const plain = tinyExport(name, 'fp32', { isExternal: false });
    const { logProbs, expected } = await scores(name, changed(plain, change));
    expect(worst(logProbs, expected)).toBeLessThan(1e-4);
  });

  it('has cases that make a difference', async () => {
    for (const [problem, name, change] of cases) {
      if (/usual|positions as/.test(problem)) continue;
      const plain = tinyExport(name, 'fp32', { isExternal: false });
      const before = await scores(name, plain);
      const after = await scores(name, changed(plain, change));
      expect(worst(before.expected, after.expected), problem).toBeGreaterThan(1e-2);
    }
  });
});
