import { describe, expect, it } from 'vitest';
import {
  constantTensor,
  DataType,
  exportedDecoder,
  int,
  node,
  readModel,
  type ExportFiles,
  type OnnxGraph,
  type OnnxNode,
} from '../../src/onnx/index.ts';
import { changed, tinyExport } from '../fixtures/shapeExport.ts';

/** Nodes of the first layer of an export whose attention is written out. */
type WrittenOut = Record<'masked' | 'softmax' | 'join', OnnxNode>;

const written = tinyExport('smollm2-135m', 'q4', { attention: 'written-out' });
const [narrow, wide] = ['window_8.both', 'attention_bias'];

/** The export after a change to what was found of its first layer. */
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

describe('attention that adds more or less than a mask is refused by name', () => {
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
        const mix = graph.nodes.find(({ name }) => name.endsWith('0/self_attn/MatMul_1'));
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
  ])('%s', (_, files, message) => {
    const config = { num_attention_heads: 4, max_position_embeddings: 512 };
    try {
      exportedDecoder(files, { config });
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        code: 'bad-input',
        message: expect.stringContaining(message) as string,
        data: { op: expect.any(String) as string },
      });
    }
  });
});
