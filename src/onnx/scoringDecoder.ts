import { contrib, DecoderBuilder, transposed, type Activations } from './decoderBuilder.ts';
import {
  concatenateLinears,
  denseLinear,
  scaleLinear,
  type DecoderLayer,
  type DecoderSizes,
  type DecoderWeights,
  type LinearWeight,
} from './decoderWeights.ts';
import { readDecoder } from './decoderReader.ts';
import { DataType, float, int, ints, type OnnxModel } from './model.ts';
import { writeModel } from './modelWriter.ts';

/** `quantized` keeps the blocks of the file; `dense` undoes them when the model is loaded. */
export interface ScoringFormat {
  readonly weights: 'quantized' | 'dense';
  readonly activations: Activations;
}

/** A graph ready for the runtime, and what a session must know to feed it. */
export interface ScoringDecoder {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly format: ScoringFormat;
  readonly sizes: DecoderSizes & {
    readonly layers: number;
    /** Most tokens that one run may take: a text and a tree of as many nodes. */
    readonly mostRows: number;
  };
}

/**
 * The graph the app runs, made from the shipped file when it is loaded. Attention is written in standard operators
 * under an arbitrary additive mask, so that a whole tree of continuations is one pass, and no fused kernel decides
 * what is right. T new tokens, of which the first ones may be kept, see R reused rows of the cache:
 * - `input_ids`, `position_ids` [1, T]; `attention_bias` [1, 1, T, R + T] float32, 0 or very negative;
 * - `past_key_values.N.key|value` [1, kvHeads, P, headSize], P ≥ R; `reused_length` [1] = R;
 * - `kept_length` [1]: rows of cache and new tokens together that `present.N.key|value` keeps;
 * - `head_rows` [H]: the rows whose next token matters; `picks` [E]: `index into head_rows · vocab + token`;
 *   `pick_rows` [E]: the same index into `head_rows`.
 * Outputs `picked_log_probs` [E] (natural log of softmax, float32), `head_states` [H, hidden], what the head read in those
 * rows, and `hidden_states` [1, T, hidden] (both float32).
 */
export function scoringDecoder(model: OnnxModel, format: ScoringFormat): ScoringDecoder {
  const weights = readDecoder(model);
  const builder = new DecoderBuilder('scoring', format.activations, weights.sizes.rmsNormEpsilon);
  const mostRows = 2 * weights.sizes.contextLength;
  buildScoring(builder, weights, format.weights, mostRows);
  const sizes = { ...weights.sizes, layers: weights.layers.length, mostRows };
  return { bytes: writeModel(builder.model), format, sizes };
}

function buildScoring(
  g: DecoderBuilder,
  weights: DecoderWeights,
  stored: ScoringFormat['weights'],
  mostRows: number,
): void {
  const { sizes, layers } = weights;
  addInterface(g, sizes, layers.length);
  addRotaryTable(g, weights, mostRows);
  g.floats('embedding', [sizes.vocabSize, sizes.hiddenSize], weights.embedding);
  g.integers('cache_start', [0]);
  g.integers('token_axis', [2]);
  const bias =
    g.activations === 'float16' ? g.cast('attention_bias', g.elementType, 'bias') : 'attention_bias';

  let residual = g.node('Gather', ['embedding', 'input_ids'], 'embeddings');
  g.floats('layer.0.norm', [sizes.hiddenSize], layers[0].inputNorm);
  let normed = g.norm(residual, 'layer.0.norm', 'layer.0.input');
  layers.forEach((layer, index) => {
    const prefix = `layer.${index}`;
    const linear = (input: string, name: string, weight: LinearWeight): string =>
      g.linear(
        input,
        `${prefix}.${name}.weight`,
        stored === 'dense' ? denseLinear(weight) : weight,
        `${prefix}.${name}`,
      );
    const attended = addAttention(
      g,
      sizes,
      index,
      linear(normed, 'qkv', stackedQueryKeyValue(layer, sizes)),
      bias,
    );
    const projected = linear(attended, 'projected', layer.linears['self_attn.o_proj']);
    const norm = g.floats(`${prefix}.middle_norm`, [sizes.hiddenSize], layer.postAttentionNorm);
    const middle = g.addAndNorm(residual, projected, norm, `${prefix}.middle`, `${prefix}.middle_residual`);
    const gateUp = concatenateLinears([layer.linears['mlp.gate_proj'], layer.linears['mlp.up_proj']]);
    const gated = addGate(g, linear(middle, 'gate_up', gateUp), prefix);
    const down = linear(gated, 'down', layer.linears['mlp.down_proj']);
    const nextNorm = layers.at(index + 1)?.inputNorm ?? weights.finalNorm;
    const next = g.floats(`layer.${index + 1}.norm`, [sizes.hiddenSize], nextNorm);
    residual = `${prefix}.residual`;
    normed = g.addAndNorm(`${prefix}.middle_residual`, down, next, `layer.${index + 1}.input`, residual);
  });
  addLogProbs(g, g.cast(normed, DataType.float32, 'hidden_states'), weights);
}

/** onnxruntime's RotaryEmbedding takes no more tokens than its tables have rows, whatever their positions are. */
function addRotaryTable(g: DecoderBuilder, { sizes, rotary }: DecoderWeights, mostRows: number): void {
  const half = sizes.headSize / 2;
  for (const part of ['cos', 'sin'] as const) {
    const table = new Float32Array(mostRows * half);
    table.set(rotary[part]);
    g.floats(`${part}_cache`, [mostRows, half], table);
  }
}

function addInterface(g: DecoderBuilder, sizes: DecoderSizes, layers: number): void {
  g.input('input_ids', DataType.int64, [1, 'tokens']);
  g.input('position_ids', DataType.int64, [1, 'tokens']);
  g.input('attention_bias', DataType.float32, [1, 1, 'tokens', 'visible']);
  g.input('reused_length', DataType.int64, [1]);
  g.input('kept_length', DataType.int64, [1]);
  g.input('head_rows', DataType.int64, ['head_rows']);
  g.input('picks', DataType.int64, ['picks']);
  g.input('pick_rows', DataType.int64, ['picks']);
  g.output('picked_log_probs', DataType.float32, ['picks']);
  g.output('head_states', DataType.float32, ['head_rows', sizes.hiddenSize]);
  g.output('hidden_states', DataType.float32, [1, 'tokens', sizes.hiddenSize]);
  for (let layer = 0; layer < layers; layer++)
    for (const part of ['key', 'value']) {
      g.input(`past_key_values.${layer}.${part}`, g.elementType, [1, sizes.kvHeads, 'past', sizes.headSize]);
      g.output(`present.${layer}.${part}`, g.elementType, [1, sizes.kvHeads, 'kept', sizes.headSize]);
    }
}

/** q, k and v as one product; the scale of the scores is folded into q. */
function stackedQueryKeyValue({ linears }: DecoderLayer, { headSize }: DecoderSizes): LinearWeight {
  const query = scaleLinear(linears['self_attn.q_proj'], 1 / Math.sqrt(headSize));
  return concatenateLinears([query, linears['self_attn.k_proj'], linears['self_attn.v_proj']]);
}

/** Grouped-query attention without repeating keys: the G query heads that share a key head stand below each other. */
function addAttention(
  g: DecoderBuilder,
  sizes: DecoderSizes,
  layer: number,
  qkv: string,
  bias: string,
): string {
  const { heads, kvHeads, headSize } = sizes;
  const prefix = `layer.${layer}.attention`;
  const apart = g.reshape(qkv, [1, -1, heads + 2 * kvHeads, headSize], `${prefix}.heads`);
  const byHead = g.node('Transpose', [apart], `${prefix}.by_head`, { perm: ints([0, 2, 1, 3]) });
  const rotated = [`${prefix}.unrotated`, `${prefix}.value`];
  g.node('Split', [byHead, g.integers(`${prefix}.split_v`, [heads + kvHeads, kvHeads])], rotated, {
    axis: int(1),
  });
  const positioned = g.node(
    'RotaryEmbedding',
    [rotated[0], 'position_ids', 'cos_cache', 'sin_cache'],
    `${prefix}.rotated`,
    { interleaved: int(0) },
    contrib,
  );
  const queryKey = [`${prefix}.query`, `${prefix}.key`];
  g.node('Split', [positioned, g.integers(`${prefix}.split_k`, [heads, kvHeads])], queryKey, {
    axis: int(1),
  });
  const key = addCache(g, layer, 'key', queryKey[1]);
  const value = addCache(g, layer, 'value', rotated[1]);

  const query = g.reshape(queryKey[0], [1, kvHeads, -1, headSize], `${prefix}.grouped_query`);
  const keyColumns = g.node('Transpose', [key], `${prefix}.key_columns`, { perm: ints([0, 1, 3, 2]) });
  const grouped = g.node('MatMul', [query, keyColumns], `${prefix}.grouped_scores`);
  const scores = g.reshape(grouped, [1, heads, -1, 0], `${prefix}.scores`);
  const masked = g.node('Add', [scores, bias], `${prefix}.masked`);
  const attention = g.node('Softmax', [masked], `${prefix}.weights`, { axis: int(-1) });
  const groupedWeights = g.reshape(attention, [1, kvHeads, -1, 0], `${prefix}.grouped_weights`);
  const mixed = g.node('MatMul', [groupedWeights, value], `${prefix}.grouped_mix`);
  const mixedByHead = g.reshape(mixed, [1, heads, -1, headSize], `${prefix}.mix_by_head`);
  const byToken = g.node('Transpose', [mixedByHead], `${prefix}.mix`, { perm: ints([0, 2, 1, 3]) });
  return g.reshape(byToken, [1, -1, heads * headSize], `${prefix}.attended`);
}

/** Puts the new rows behind the reused ones, and keeps the first `kept_length` of them for later. */
function addCache(g: DecoderBuilder, layer: number, part: 'key' | 'value', fresh: string): string {
  const prefix = `layer.${layer}.${part}`;
  const past = `past_key_values.${layer}.${part}`;
  const reused = g.node('Slice', [past, 'cache_start', 'reused_length', 'token_axis'], `${prefix}.reused`);
  const all = g.node('Concat', [reused, fresh], `${prefix}.all`, { axis: int(2) });
  g.node('Slice', [all, 'cache_start', 'kept_length', 'token_axis'], `present.${layer}.${part}`);
  return all;
}

/** silu(gate) · up; QuickGelu with alpha 1 is silu. */
function addGate(g: DecoderBuilder, gateUp: string, prefix: string): string {
  const halves = [`${prefix}.gate`, `${prefix}.up`];
  g.node('Split', [gateUp], halves, { axis: int(-1), num_outputs: int(2) });
  const opened = g.node('QuickGelu', [halves[0]], `${prefix}.silu`, { alpha: float(1) }, contrib);
  return g.node('Mul', [opened, halves[1]], `${prefix}.gated`);
}

/**
 * Log probabilities of the picked tokens only: the head runs on the rows that matter, in float32 whatever the
 * activations are, and log-sum-exp is written out because WebGPU has no kernel for LogSoftmax.
 */
function addLogProbs(g: DecoderBuilder, hidden: string, { sizes, embedding }: DecoderWeights): void {
  const { vocabSize, hiddenSize } = sizes;
  const rows = g.reshape(hidden, [-1, hiddenSize], 'hidden_rows');
  const picked = g.node('Gather', [rows, 'head_rows'], 'head_states', { axis: int(0) });
  const head = transposed(embedding, vocabSize, hiddenSize);
  g.constant('lm_head', DataType.float32, [hiddenSize, vocabSize], head);
  const logits = g.node('MatMul', [picked, 'lm_head'], 'logits');
  const lastAxis = g.integers('last_axis', [-1]);
  const keepdims = { keepdims: int(1) };
  const highest = g.node('ReduceMax', [logits, lastAxis], 'highest_logit', keepdims);
  const exponentials = g.node('Exp', [g.node('Sub', [logits, highest], 'shifted')], 'exponentials');
  const sum = g.node('ReduceSum', [exponentials, lastAxis], 'exponential_sum', keepdims);
  const logPartition = g.node('Log', [sum], 'log_partition');
  const flat = g.reshape('shifted', [-1], 'flat_logits');
  const chosen = g.node('Gather', [flat, 'picks'], 'chosen_logits');
  const partitions = g.node(
    'Gather',
    [g.reshape(logPartition, [-1], 'partitions'), 'pick_rows'],
    'chosen_partitions',
  );
  g.node('Sub', [chosen, partitions], 'picked_log_probs');
}
