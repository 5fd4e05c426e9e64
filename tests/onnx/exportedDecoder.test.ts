import { describe, expect, it } from 'vitest';
import { shapes, tinyShape } from '../../models/shapes/shapes.ts';
import {
  DataType,
  exportedDecoder,
  hiddenStatesDecoder,
  int,
  node,
  readModel,
  type ExportFiles,
  type OnnxGraph,
} from '../../src/onnx/index.ts';
import type { AppError } from '../../src/platform/index.ts';
import { changed, configOf, exportFiles, tinyExport } from '../fixtures/shapeExport.ts';

const smol = tinyExport('smollm2-135m', 'q4');
const gemma = tinyExport('gemma-3-270m', 'q4');
const attentionOf = (graph: OnnxGraph) => graph.nodes.find(({ opType }) => opType === 'GroupQueryAttention');

describe('a scoring graph made of an export', () => {
  it.each(['inline', 'external'] as const)(
    'refers to %s weights of 100 MB where they lie, in less than 2 MB',
    (place) => {
      const shape = { ...shapes['smollm2-135m'], layers: 3, isExternal: place === 'external' };
      const files = exportFiles(shape, 'q4');
      const weights = place === 'external' ? files.external?.get('model_q4.onnx_data') : files.bytes;
      expect(weights?.length).toBeGreaterThan(100e6);
      for (const { bytes, externalData } of [exportedDecoder(files), hiddenStatesDecoder(files)]) {
        expect(bytes.length).toBeLessThan(2e6);
        const used = externalData.map(({ data }) => data);
        expect(used).toHaveLength(1);
        expect(used[0].buffer).toBe(weights?.buffer);
        const { initializers } = readModel(bytes).graph;
        expect(initializers.every(({ data }) => data.length < 1024)).toBe(true);
        const table = initializers.find(({ name }) => name === 'model.embed_tokens.weight');
        expect(table?.external?.length).toBe(shape.vocabSize * shape.hiddenSize * 4);
      }
    },
  );

  it.each([
    ['smollm2-135m', 'q4', DataType.float32],
    ['qwen2.5-0.5b', 'fp16', DataType.float16],
    ['gemma-3-270m', 'q4f16', DataType.float16],
  ] as const)('%s %s has the interface of the bundled model, in its own type', (name, dtype, elementType) => {
    const config = configOf(tinyShape(name));
    const { bytes, sizes, format } = exportedDecoder(tinyExport(name, dtype), { config });
    const { vocabSize, hiddenSize, layers, heads, kvHeads, headSize, contextLength } = tinyShape(name);
    expect(sizes).toMatchObject({ vocabSize, hiddenSize, layers, heads, kvHeads, headSize, contextLength });
    expect(format.activations).toBe(elementType === DataType.float16 ? 'float16' : 'float32');
    const { graph } = readModel(bytes);
    const caches = ['key', 'value'].flatMap((part) =>
      [0, 1].map((layer) => `past_key_values.${layer}.${part}`),
    );
    const plain = [
      'input_ids',
      'position_ids',
      'attention_bias',
      'reused_length',
      'kept_length',
      'head_rows',
      'picks',
      'pick_rows',
    ];
    expect(graph.inputs.map((input) => input.name).sort()).toEqual([...plain, ...caches].sort());
    const typeOf = (tensor: string) =>
      [...graph.inputs, ...graph.outputs].find((value) => value.name === tensor)?.elementType;
    expect(['past_key_values.1.value', 'present.1.value'].map(typeOf)).toEqual([elementType, elementType]);
    expect(['picked_log_probs', 'head_states', 'hidden_states'].map(typeOf)).toEqual(
      new Array(3).fill(DataType.float32),
    );
    expect(graph.nodes.some(({ opType }) => opType === 'GroupQueryAttention')).toBe(false);
    expect(graph.nodes.some((made) => made.inputs.includes('attention_mask'))).toBe(false);
    // GPUs have no kernel for it, and nothing leaves rows in which everything is hidden.
    expect(graph.nodes.some(({ opType }) => opType === 'IsNaN')).toBe(false);
  });

  it('hides by position what lies outside of a window, only in layers that slide', () => {
    const { graph } = readModel(exportedDecoder(gemma).bytes);
    const biasOf = (layer: number) =>
      graph.nodes.find(({ name }) => name === `scoring.${layer}.masked`)?.inputs[1];
    expect([0, 1].map(biasOf)).toEqual(['window_8.both', 'attention_bias']);
  });

  it('asks config.json only for what the graph does not tell', () => {
    const files = changed(smol, (graph) => {
      // Tables that are computed have no rows to count.
      for (const table of ['cos_cache', 'sin_cache']) {
        const tensor = graph.initializers.find(({ name }) => name === table);
        if (tensor) tensor.name = `${table}_stored`;
        graph.nodes.unshift(node('Neg', [`${table}_negated`], [table]));
        graph.nodes.unshift(node('Neg', [`${table}_stored`], [`${table}_negated`]));
      }
    });
    expect(() => exportedDecoder(files)).toThrow('max_position_embeddings');
    expect(
      exportedDecoder(files, { config: { max_position_embeddings: 300, head_dim: 999 } }).sizes,
    ).toMatchObject({
      contextLength: 300,
      headSize: 16,
    });
    expect(exportedDecoder(smol, { config: { max_position_embeddings: 300 } }).sizes.contextLength).toBe(512);
  });
});

describe('what cannot be scored is refused by name', () => {
  const replacing = (opType: string, by: string, domain = ''): ExportFiles =>
    changed(smol, (graph) => {
      const found = graph.nodes.find((candidate) => candidate.opType === opType);
      if (found) Object.assign(found, { opType: by, domain });
    });
  const withAttention = (
    change: (found: NonNullable<ReturnType<typeof attentionOf>>, graph: OnnxGraph) => void,
  ) =>
    changed(smol, (graph) => {
      const found = attentionOf(graph);
      if (found) change(found, graph);
    });

  it.each<[string, ExportFiles, string]>([
    [
      'no attention at all',
      changed(smol, (graph) => {
        for (const found of graph.nodes)
          if (found.opType === 'GroupQueryAttention')
            Object.assign(found, { opType: 'Identity', domain: '', inputs: [found.inputs[0]] });
      }),
      'no attention that is known here',
    ],
    [
      'another attention operator',
      replacing('GroupQueryAttention', 'MultiHeadAttention', 'com.microsoft'),
      'MultiHeadAttention',
    ],
    ['an operator of somebody else', replacing('Sigmoid', 'Swoosh', 'com.example'), 'Swoosh of com.example'],
    ['an operator that mixes tokens', replacing('Sigmoid', 'CumSum'), 'CumSum'],
    ['rounding over all tokens', replacing('Sigmoid', 'DynamicQuantizeLinear'), 'DynamicQuantizeLinear'],
    [
      'a softmax that is smoothed',
      withAttention((found) => (found.attributes.smooth_softmax = int(1))),
      'smooths',
    ],
    [
      'a bias of its own',
      withAttention((found) => found.inputs.push('', 'attention_mask')),
      'attention_bias',
    ],
    ['a sink', withAttention((found) => found.inputs.push('', '', 'cos_cache')), 'head_sink'],
    ['no logits', changed(smol, (graph) => (graph.outputs[0].name = 'scores')), 'logits'],
    [
      'an encoder',
      changed(smol, (graph) => graph.inputs.push({ name: 'encoder_hidden_states', elementType: 1 })),
      'encoder',
    ],
    ['embeddings elsewhere', changed(smol, (graph) => (graph.inputs[0].name = 'inputs_embeds')), 'input_ids'],
    ['an old opset', changed(smol, (_, model) => (model.opsetImports[0].version = 11)), 'opset 11'],
    [
      'another input',
      changed(smol, (graph) => {
        const found = graph.nodes.find(({ opType }) => opType === 'Sigmoid');
        found?.inputs.splice(0, 1, 'past_key_values.0.key');
      }),
      'past_key_values.0.key',
    ],
    [
      'a cache of another type',
      changed(smol, (graph) => {
        for (const input of graph.inputs)
          if (input.name.startsWith('past')) input.elementType = DataType.bfloat16;
      }),
      'type 16',
    ],
  ])('%s', (_, files, message) => {
    expect(() => exportedDecoder(files)).toThrow(message);
    try {
      exportedDecoder(files);
    } catch (error) {
      expect(error).toMatchObject({ code: 'bad-input', data: { op: expect.any(String) as string } });
    }
  });

  it('refuses logits that are a sum of two products', () => {
    const files = changed(smol, (graph) => {
      const head = graph.nodes.find(({ outputs }) => outputs.includes('logits'));
      if (!head) return;
      graph.nodes.push({ ...head, outputs: ['second'] }, node('Add', ['first', 'second'], ['logits']));
      head.outputs = ['first'];
    });
    expect(() => exportedDecoder(files)).toThrow('no function of one product (Add)');
  });

  it('names the operator that logits come from', () => {
    const files = changed(smol, (graph) => {
      const head = graph.nodes.find(({ outputs }) => outputs.includes('logits'));
      if (head) head.outputs = ['raw'];
      graph.nodes.push(node('Softmax', ['raw'], ['logits'], { axis: int(-1) }));
    });
    expect(() => hiddenStatesDecoder(files)).toThrow('logits come from Softmax');
  });

  it.each<[string, ExportFiles, string]>([
    [
      'a weight file that is missing',
      { ...gemma, external: undefined },
      'needs model_q4.onnx_data, which is not there',
    ],
    [
      'a weight file that was cut off',
      {
        ...gemma,
        external: new Map(
          [...(gemma.external ?? [])].map(([name, data]) => [name, data.subarray(0, data.length / 2)]),
        ),
      },
      'not complete',
    ],
    ['a graph that was cut off', { ...smol, bytes: smol.bytes.subarray(0, 1000) }, 'readable'],
    [
      'a tensor from nowhere',
      changed(smol, (graph) => {
        graph.initializers = graph.initializers.filter(({ name }) => name !== 'model.embed_tokens.weight');
      }),
      'nothing makes',
    ],
    [
      'a circle',
      changed(smol, (graph) => {
        const [first] = graph.nodes.filter(({ opType }) => opType === 'SimplifiedLayerNormalization');
        const last = graph.nodes
          .filter(({ opType }) => opType === 'SkipSimplifiedLayerNormalization')
          .slice(-1);
        first.inputs[0] = last[0].outputs[0];
      }),
      'depends on itself',
    ],
    [
      'a circle after the head',
      changed(smol, (graph) => {
        const head = graph.nodes.find(({ outputs }) => outputs.includes('logits'));
        if (head) head.outputs = ['unread'];
        graph.nodes.push(
          node('Tanh', ['b'], ['logits']),
          node('Tanh', ['c'], ['b']),
          node('Tanh', ['b'], ['c']),
        );
      }),
      'depends on itself',
    ],
  ])('%s', (_, files, message) => {
    for (const surgery of [exportedDecoder, hiddenStatesDecoder]) {
      expect(() => surgery(files)).toThrow(message);
      try {
        surgery(files);
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad-input' });
        expect((error as AppError).data).not.toHaveProperty('op');
      }
    }
  });
});
