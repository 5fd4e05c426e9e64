import { describe, expect, it } from 'vitest';
import { tinyShape, tinyVocabulary, type ShapeDtype, type ShapeName } from '../../models/shapes/shapes.ts';
import { DecoderSession, scoreTitles, titleTrie } from '../../src/lm/index.ts';
import {
  constantTensor,
  DataType,
  exportedDecoder,
  float,
  int,
  ints,
  node,
  type ExportFiles,
  type OnnxGraph,
  type OnnxNode,
} from '../../src/onnx/index.ts';
import { nodeRuntime } from '../fixtures/nodeDecoder.ts';
import { uniform } from '../fixtures/randomLlama.ts';
import { changed, configOf, tinyExport } from '../fixtures/shapeExport.ts';
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

/** Angles from the positions themselves, as newer exports have them, instead of tables. */
function computeAngles(graph: OnnxGraph): void {
  const { headSize } = tinyShape('qwen2.5-0.5b');
  const half = Array.from({ length: headSize / 2 }, (_, pair) => 1e6 ** ((-2 * pair) / headSize));
  const dims = [1, headSize / 2, 1];
  graph.initializers.push(
    constantTensor('inv_freq', DataType.float32, dims, Float32Array.from(half)),
    constantTensor('batch_dim', DataType.int64, [1], BigInt64Array.of(1n)),
    constantTensor('other_dims', DataType.int64, [2], BigInt64Array.of(BigInt(headSize / 2), 1n)),
  );
  graph.nodes.push(
    node('Shape', ['position_ids'], ['position_sizes'], { start: int(0), end: int(1) }),
    node('Concat', ['position_sizes', 'other_dims'], ['frequency_sizes'], { axis: int(0) }),
    node('Expand', ['inv_freq', 'frequency_sizes'], ['frequencies']),
    node('Cast', ['position_ids'], ['positions'], { to: int(DataType.float32) }),
    node('Unsqueeze', ['positions', 'batch_dim'], ['position_row']),
    node('MatMul', ['frequencies', 'position_row'], ['turned_angles']),
    node('Transpose', ['turned_angles'], ['angles'], { perm: ints([0, 2, 1]) }),
    node('Concat', ['angles', 'angles'], ['both_angles'], { axis: int(-1) }),
    node('Cos', ['both_angles'], ['cos_angles']),
    node('Sin', ['both_angles'], ['sin_angles']),
  );
  for (const { inputs, name } of graph.nodes)
    if (/rotary_emb\/(cos|sin)\/Unsqueeze$/.test(name))
      inputs[0] = name.includes('/cos/') ? 'cos_angles' : 'sin_angles';
}

/** Scores and mask in float32 beside everything else. */
function castScores(graph: OnnxGraph): void {
  for (const reader of graph.nodes.filter(({ name }) => name.endsWith('self_attn/Add'))) {
    const [wide, masked] = ['wide', 'masked'].map((part) => `${reader.name}/${part}`);
    const to = { to: int(DataType.float32) };
    graph.nodes.push(
      node('Cast', [reader.inputs[0]], [wide], to),
      node('Cast', [reader.inputs[1]], [masked], to),
    );
    reader.inputs = [masked, wide];
  }
  for (const softmax of graph.nodes.filter(({ opType }) => opType === 'Softmax')) {
    const narrow = softmax.outputs[0];
    softmax.outputs = [`${narrow}/wide`];
    graph.nodes.push(node('Cast', softmax.outputs, [narrow], { to: int(DataType.float16) }));
  }
}

describe('attention that is written out', () => {
  it.each<[string, ShapeDtype, (graph: OnnxGraph) => void, number]>([
    ['angles from the positions themselves', 'fp32', computeAngles, 1e-4],
    ['scores in float32, added to the mask, in half precision', 'fp16', castScores, 3e-2],
    [
      'no guard against what is no number',
      'fp32',
      (graph) => {
        for (const found of graph.nodes)
          if (found.name.endsWith('self_attn/MatMul_1'))
            found.inputs[0] = found.name.replace('MatMul_1', 'Softmax/output_0');
      },
      1e-4,
    ],
  ])('%s', async (_, dtype, change, tolerance) => {
    const files = changed(tinyExport('qwen2.5-0.5b', dtype), change);
    const { logProbs, expected } = await scores('qwen2.5-0.5b', files, dtype);
    expect(worst(logProbs, expected)).toBeLessThan(tolerance);
  });

  it('sees in layers that slide only what is near, as config.json says', async () => {
    const shape = tinyShape('gemma-3-1b', { attention: 'written-out' });
    const files = tinyExport('gemma-3-1b', 'fp32', { attention: 'written-out' });
    const untouched = await UntouchedDecoder.create(nodeRuntime, shape, 'fp32', files);
    const expected: number[] = [];
    for (const title of titles) expected.push(await untouched.continuationLogProb(prompt, title));
    const scored = async (config: unknown) => {
      const session = await DecoderSession.create(nodeRuntime, exportedDecoder(files, { config }));
      return [...(await scoreTitles(session, prompt, titleTrie(titles))).logProbs];
    };
    const config = configOf(shape) as Record<string, unknown>;
    expect(worst(await scored(config), expected)).toBeLessThan(1e-4);
    const older = { ...config, layer_types: undefined, sliding_window_pattern: 2 };
    expect(worst(await scored(older), expected)).toBeLessThan(1e-4);
    // The window matters: another one gives other answers.
    expect(worst(await scored({ ...config, sliding_window: 200 }), expected)).toBeGreaterThan(1e-2);
  });
});

async function scores(name: ShapeName, files: ExportFiles, dtype: ShapeDtype = 'fp32') {
  const untouched = await UntouchedDecoder.create(nodeRuntime, tinyShape(name), dtype, files);
  const expected: number[] = [];
  for (const title of titles) expected.push(await untouched.continuationLogProb(prompt, title));
  const config = configOf(tinyShape(name));
  const session = await DecoderSession.create(nodeRuntime, exportedDecoder(files, { config }));
  const { logProbs } = await scoreTitles(session, prompt, titleTrie(titles));
  return { logProbs: [...logProbs], expected };
}

const worst = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index])), 0);

describe('attention of an export, replaced', () => {
  it.each(cases)('%s', async (_, name, change) => {
    const plain = tinyExport(name, 'fp32', { attention: 'grouped', isExternal: false });
    const { logProbs, expected } = await scores(name, changed(plain, change));
    expect(worst(logProbs, expected)).toBeLessThan(1e-4);
  });

  it('has cases that make a difference', async () => {
    for (const [problem, name, change] of cases) {
      if (/usual|positions as/.test(problem)) continue;
      const plain = tinyExport(name, 'fp32', { attention: 'grouped', isExternal: false });
      const before = await scores(name, plain);
      const after = await scores(name, changed(plain, change));
      expect(worst(before.expected, after.expected), problem).toBeGreaterThan(1e-2);
    }
  });
});
