import { describe, expect, it } from 'vitest';
import { shapes, tinyShape } from '../../models/shapes/shapes.ts';
import {
  constantTensor,
  DataType,
  exportedDecoder,
  hiddenStatesDecoder,
  int,
  node,
  readModel,
  type ExportFiles,
  type OnnxGraph,
  type OnnxNode,
} from '../../src/onnx/index.ts';
import type { AppError } from '../../src/platform/index.ts';
import { changed, configOf, exportFiles, tinyExport } from '../fixtures/shapeExport.ts';

/** Nodes of the first layer of an export whose attention is written out. */
type WrittenOut = Record<'masked' | 'softmax' | 'join', OnnxNode>;

const written = tinyExport('smollm2-135m', 'q4', { attention: 'written-out' });
const smol = tinyExport('smollm2-135m', 'q4');
const gemma = tinyExport('gemma-3-270m', 'q4');
const [narrow, wide] = ['window_8.both', 'attention_bias'];
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

describe('what config.json has to say of attention that is written out', () => {
  const gemmaWritten = tinyExport('gemma-3-270m', 'q4', { attention: 'written-out' });
  const config = { num_attention_heads: 4, max_position_embeddings: 512 };
  const biasOf = (files: ExportFiles, told: object) => {
    const { graph } = readModel(exportedDecoder(files, { config: told }).bytes);
    return [0, 1].map(
      (layer) => graph.nodes.find(({ name }) => name === `/model/layers.${layer}/self_attn/Add`)?.inputs[1],
    );
  };

  it('how many heads there are', () => {
    expect(() => exportedDecoder(written, { config: { max_position_embeddings: 512 } })).toThrow(
      'num_attention_heads',
    );
    expect(exportedDecoder(written, { config }).sizes).toMatchObject({ heads: 4, kvHeads: 2, headSize: 16 });
  });

  it.each<[string, object, (string | undefined)[]]>([
    ['Gemma 3', { sliding_window: 8, layer_types: ['sliding_attention', 'full_attention'] }, [narrow, wide]],
    ['Gemma 3, before 2025', { sliding_window: 8, sliding_window_pattern: 2 }, [narrow, wide]],
  ])('which layers slide: %s', (_, told, biases) => {
    expect(biasOf(gemmaWritten, { ...config, ...told })).toEqual(biases);
  });

  it.each<[string, object, (string | undefined)[]]>([
    ['nothing slides', {}, [wide, wide]],
    ['Mistral', { sliding_window: 8 }, [narrow, narrow]],
    ['Qwen', { sliding_window: 8, use_sliding_window: false, max_window_layers: 1 }, [wide, wide]],
    ['Qwen, sliding', { sliding_window: 8, use_sliding_window: true }, [narrow, narrow]],
  ])('whether all slide: %s', (_, told, biases) => {
    expect(biasOf(written, { ...config, ...told })).toEqual(biases);
  });

  it('refuses what does not agree with the graph', () => {
    const half = { ...config, sliding_window: 8, sliding_window_pattern: 2 };
    expect(() => exportedDecoder(written, { config: half })).toThrow('share a mask');
    for (const unclear of [{ sliding_window: 8 }, { sliding_window: null }, {}])
      expect(() => exportedDecoder(gemmaWritten, { config: { ...config, ...unclear } })).toThrow(
        'does not say which',
      );
  });
});

describe('what cannot be scored is refused by name', () => {
  const writtenOut = (change: (found: WrittenOut, graph: OnnxGraph) => void) =>
    changed(written, (graph) => {
      const named = (end: RegExp) => {
        const found = graph.nodes.find(({ name }) => end.test(name));
        if (!found) throw new Error(`no node ${String(end)}`);
        return found;
      };
      const [masked, softmax] = [named(/self_attn\/Add$/), named(/Softmax$/)];
      change({ masked, softmax, join: named(/Concat_key$/) }, graph);
    });
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
      'attention that is written out without a mask',
      writtenOut(({ masked, softmax }) => (softmax.inputs[0] = masked.inputs[0])),
      'no mask is added',
    ],
    [
      'a softmax over queries',
      writtenOut(({ softmax }) => (softmax.attributes.axis = int(2))),
      'not over keys',
    ],
    [
      'a bias that differs from head to head',
      writtenOut(({ masked }, graph) => {
        const slopes = Float32Array.of(0.5, 0.25, 0.125, 0.0625);
        graph.initializers.push(constantTensor('slopes', DataType.float32, [1, 4, 1, 1], slopes));
        graph.nodes.push(node('Add', [masked.inputs[1], 'slopes'], ['sloped']));
        masked.inputs[1] = 'sloped';
      }),
      'numbers of its own',
    ],
    [
      'a bias that is learned',
      writtenOut(({ masked }, graph) => {
        graph.nodes.push(node('Exp', [masked.inputs[1]], ['learned']));
        masked.inputs[1] = 'learned';
      }),
      'more than a mask to the scores (Exp)',
    ],
    [
      'a mask that depends on what is said',
      writtenOut(({ masked }, graph) => {
        graph.nodes.push(node('Cast', ['input_ids'], ['said'], { to: int(DataType.float32) }));
        graph.nodes.push(node('Sub', [masked.inputs[1], 'said'], ['hiding']));
        masked.inputs[1] = 'hiding';
      }),
      'depends on input_ids',
    ],
    [
      'a cache that does not grow at its end',
      writtenOut(({ join }) => join.inputs.reverse()),
      'behind those of past_key_values.0.key',
    ],
    [
      'two softmaxes in a layer',
      writtenOut(({ softmax, masked }, graph) => {
        const second = { ...softmax, inputs: [masked.outputs[0]], outputs: ['second'] };
        const mix = graph.nodes.find(({ name }) => /0\/self_attn\/MatMul_1$/.test(name));
        graph.nodes.push(second, node('Mul', ['second', mix?.inputs[0] ?? ''], ['both']));
        if (mix) mix.inputs[0] = 'both';
      }),
      'Softmax that is not the attention of a layer',
    ],
    [
      'positions that it counts by itself',
      changed(written, (graph) => {
        for (const found of graph.nodes)
          found.inputs = found.inputs.map((name) =>
            name === 'position_ids' ? '/model/causal_mask/Range_1/output_0' : name,
          );
      }),
      'no position_ids',
    ],
    [
      'masks that differ from layer to layer',
      tinyExport('gemma-3-270m', 'q4', { attention: 'written-out' }),
      'different masks',
    ],
    [
      'a MultiHeadAttention that hides later tokens itself',
      changed(tinyExport('smollm2-135m', 'q4', { attention: 'multi-head' }), (graph) => {
        for (const { opType, attributes } of graph.nodes)
          if (opType === 'MultiHeadAttention') attributes.unidirectional = int(1);
      }),
      'hides later tokens by itself',
    ],
    [
      'a MultiHeadAttention without a mask',
      changed(tinyExport('smollm2-135m', 'q4', { attention: 'multi-head' }), (graph) => {
        for (const { opType, inputs } of graph.nodes) if (opType === 'MultiHeadAttention') inputs[5] = '';
      }),
      'in another way than as a bias',
    ],
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
