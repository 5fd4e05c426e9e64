import { DataType, int, ints, text } from '../../src/onnx/index.ts';
import { contrib, ExportGraph } from './exportGraph.ts';
import { addAndNorm, norm, type Stream } from './decoderNorms.ts';
import { addGroupedAttention, addLengths } from './groupedAttention.ts';
import { addMultiHeadAttention } from './multiHeadAttention.ts';
import { type DecoderShape, type ShapeDtype } from './shapes.ts';
import { addCausalMasks } from './causalMasks.ts';
import { addWrittenOutAttention } from './writtenOutAttention.ts';

/** The graph of one export: seeded random weights in the operators and names of onnxruntime-genai's model builder. */
export function exportGraph(shape: DecoderShape, dtype: ShapeDtype, seed: number): ExportGraph {
  const g = new ExportGraph(seed, {
    isHalf: dtype === 'fp16' || dtype === 'q4f16',
    isQuantized: dtype === 'q4' || dtype === 'q4f16',
  });
  addInterface(g, shape);
  const mask = shape.attention === 'grouped' ? addLengths(g) : addCausalMasks(g, shape);
  let residual = addEmbedding(g, shape);
  if (shape.isGemma)
    residual = g.node('Mul', '/model/embed_tokens/Mul', [residual, g.scalar(Math.sqrt(shape.hiddenSize))]);
  let stream: Stream = { residual, normed: norm(g, shape, '/model/layers.0/input_layernorm', residual) };
  for (let layer = 0; layer < shape.layers; layer++) stream = addBlock(g, shape, layer, stream, mask);
  addHead(g, shape, stream.normed);
  return g;
}

function addInterface({ model: { graph }, floatType }: ExportGraph, shape: DecoderShape): void {
  const { kvHeads, headSize, layers } = shape;
  const tokens = ['batch_size', 'sequence_length'];
  graph.inputs.push({ name: 'input_ids', elementType: DataType.int64, shape: tokens });
  graph.inputs.push({
    name: 'attention_mask',
    elementType: DataType.int64,
    shape: ['batch_size', 'total_sequence_length'],
  });
  if (shape.rotary === 'node' || shape.attention !== 'grouped')
    graph.inputs.push({ name: 'position_ids', elementType: DataType.int64, shape: tokens });
  if (shape.takesLogitsToKeep)
    graph.inputs.push({ name: 'num_logits_to_keep', elementType: DataType.int64, shape: [] });
  graph.outputs.push({ name: 'logits', elementType: DataType.float32, shape: [...tokens, shape.vocabSize] });
  for (let layer = 0; layer < layers; layer++)
    for (const part of ['key', 'value']) {
      const cache = (name: string, length: string) => ({
        name: `${name}.${layer}.${part}`,
        elementType: floatType,
        shape: ['batch_size', kvHeads, length, headSize],
      });
      graph.inputs.push(cache('past_key_values', 'past_sequence_length'));
      graph.outputs.push(cache('present', 'total_sequence_length'));
    }
}

const attentions = {
  grouped: addGroupedAttention,
  'multi-head': addMultiHeadAttention,
  'written-out': addWrittenOutAttention,
} as const;

function addBlock(
  g: ExportGraph,
  shape: DecoderShape,
  layer: number,
  { residual, normed }: Stream,
  mask: readonly string[],
): Stream {
  const path = `/model/layers.${layer}`;
  const { hiddenSize, heads, headSize } = shape;
  const attended = attentions[shape.attention](g, shape, layer, normed, mask);
  let branch = g.linear(`${path}/attn/o_proj`, attended, hiddenSize, heads * headSize);
  const after = `${path}/post_attention_layernorm`;
  if (shape.isGemma) branch = norm(g, shape, after, branch);
  const middle = addAndNorm(
    g,
    shape,
    shape.isGemma ? `${path}/pre_feedforward_layernorm` : after,
    residual,
    branch,
  );
  branch = addGatedLayer(g, shape, path, middle.normed);
  if (shape.isGemma) branch = norm(g, shape, `${path}/post_feedforward_layernorm`, branch);
  const isLast = layer === shape.layers - 1;
  const next = `/model/layers.${layer + 1}/${isLast ? 'final_norm_layernorm' : 'input_layernorm'}`;
  return addAndNorm(g, shape, next, middle.residual, branch);
}

function addGatedLayer(g: ExportGraph, shape: DecoderShape, path: string, input: string): string {
  const { hiddenSize, intermediateSize } = shape;
  const gate = g.linear(`${path}/mlp/gate_proj`, input, intermediateSize, hiddenSize);
  const up = g.linear(`${path}/mlp/up_proj`, input, intermediateSize, hiddenSize);
  const opened = shape.isGemma
    ? addGelu(g, shape, `${path}/mlp/act_fn`, gate)
    : g.node('Mul', `${path}/mlp/act_fn/Mul`, [
        gate,
        g.node('Sigmoid', `${path}/mlp/act_fn/Sigmoid`, [gate]),
      ]);
  const gated = g.node('Mul', `${path}/mlp/Mul`, [opened, up]);
  return g.linear(`${path}/mlp/down_proj`, gated, hiddenSize, intermediateSize);
}

/** GELU by its approximation with a hyperbolic tangent. */
function addGelu(g: ExportGraph, { gelu }: DecoderShape, path: string, input: string): string {
  if (gelu === 'FastGelu') return g.node('FastGelu', `${path}/FastGelu`, [input], {}, { domain: contrib });
  return g.node('Gelu', `${path}/Gelu`, [input], { approximate: text('tanh') });
}

const embeddingName = 'model.embed_tokens.weight';

function addEmbedding(g: ExportGraph, shape: DecoderShape): string {
  const { vocabSize, hiddenSize } = shape;
  if (shape.quantizesEmbedding && g.types.isQuantized)
    return g.quantizedRows(
      '/model/embed_tokens/GatherBlockQuantized',
      embeddingName,
      'input_ids',
      vocabSize,
      hiddenSize,
    );
  return g.node('Gather', '/model/embed_tokens/Gather', [embeddingTable(g, shape), 'input_ids']);
}

function embeddingTable(g: ExportGraph, { vocabSize, hiddenSize }: DecoderShape): string {
  return g.weight(embeddingName, [vocabSize, hiddenSize], hiddenSize ** -0.5);
}

/** The last rows where the graph is told how many, the product with the embedding table, and float32 logits. */
function addHead(g: ExportGraph, shape: DecoderShape, hidden: string): void {
  const { vocabSize, hiddenSize } = shape;
  const rows = shape.takesLogitsToKeep ? addKeptRows(g, hidden) : hidden;
  const { nodes } = g.model.graph;
  const logits = headProduct();
  const product = nodes[nodes.length - 1];
  if (g.types.isHalf) g.cast('/lm_head/Cast', logits, DataType.float32, 'logits');
  else product.outputs = ['logits'];

  function headProduct(): string {
    if (shape.head === 'dense') return g.linear('/lm_head', rows, vocabSize, hiddenSize, { isDense: true });
    if (shape.head === 'gemm') return addGemm(g, rows, embeddingTable(g, shape), shape);
    if (shape.head === 'quantized' && g.types.isQuantized)
      return g.linear('/lm_head', rows, vocabSize, hiddenSize, { source: embeddingName });
    const head = g.node('Transpose', '/lm_head/Transpose', [embeddingTable(g, shape)], {
      perm: ints([1, 0]),
    });
    return g.node('MatMul', '/lm_head/MatMul', [rows, head]);
  }
}

/** `Gemm` takes matrices only. */
function addGemm(
  g: ExportGraph,
  rows: string,
  embedding: string,
  { hiddenSize, vocabSize }: DecoderShape,
): string {
  const flat = g.node('Reshape', '/lm_head/Reshape', [rows, g.integers([-1, hiddenSize])]);
  const product = g.node('Gemm', '/lm_head/Gemm', [flat, embedding], { transB: int(1) });
  const shape = g.node('Shape', '/lm_head/Shape', ['input_ids']);
  const whole = g.node('Concat', '/lm_head/Concat', [shape, g.integers([vocabSize])], { axis: int(0) });
  return g.node('Reshape', '/lm_head/Reshape_1', [product, whole]);
}

function addKeptRows(g: ExportGraph, hidden: string): string {
  const start = g.node('Neg', '/lm_head/Neg', ['num_logits_to_keep']);
  const starts = g.node('Unsqueeze', '/lm_head/Unsqueeze', [start, g.integers([0])]);
  return g.node('Slice', '/lm_head/Slice', [hidden, starts, g.integers([2 ** 53]), g.integers([1])]);
}
