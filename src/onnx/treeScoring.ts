import type { DecoderBuilder } from './decoderBuilder.ts';
import { DataType, int, ints } from './model.ts';

/** Sizes that the interface of a scoring graph declares. */
export interface InterfaceSizes {
  readonly layers: number;
  readonly hiddenSize: number;
  readonly kvHeads: number;
  readonly headSize: number;
}

/** Declares the inputs and outputs that `scoringDecoder` describes. */
export function addScoringInterface(g: DecoderBuilder, sizes: InterfaceSizes): void {
  const { layers, hiddenSize, kvHeads, headSize } = sizes;
  g.input('input_ids', DataType.int64, [1, 'tokens']);
  g.input('position_ids', DataType.int64, [1, 'tokens']);
  g.input('attention_bias', DataType.float32, [1, 1, 'tokens', 'visible']);
  g.input('reused_length', DataType.int64, [1]);
  g.input('kept_length', DataType.int64, [1]);
  g.input('head_rows', DataType.int64, ['head_rows']);
  g.input('picks', DataType.int64, ['picks']);
  g.input('pick_rows', DataType.int64, ['picks']);
  g.output('picked_log_probs', DataType.float32, ['picks']);
  g.output('head_states', DataType.float32, ['head_rows', hiddenSize]);
  g.output('hidden_states', DataType.float32, [1, 'tokens', hiddenSize]);
  for (let layer = 0; layer < layers; layer++)
    for (const part of ['key', 'value']) {
      g.input(`past_key_values.${layer}.${part}`, g.elementType, [1, kvHeads, 'past', headSize]);
      g.output(`present.${layer}.${part}`, g.elementType, [1, kvHeads, 'kept', headSize]);
    }
  g.integers('cache_start', [0]);
  g.integers('token_axis', [2]);
}

/** One layer's attention: its sizes, its place, and the bias `[1, 1, tokens, visible]` that says what a token sees. */
export interface TreeAttention {
  readonly layer: number;
  readonly prefix: string;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly bias: string;
  /** Scores go through `softcap · tanh(score / softcap)` where it is above 0. */
  readonly softcap?: number;
}

/** New tokens' vectors after their rotation, `[1, heads or kvHeads, tokens, headSize]`; queries are scaled. */
export interface AttentionVectors {
  readonly query: string;
  readonly key: string;
  readonly value: string;
}

/**
 * Grouped-query attention without repeating keys: the G query heads that share a key head stand below each other.
 * Gives the mix of values, `[1, tokens, heads · headSize]`, and the layer's part of the cache.
 */
export function addTreeAttention(
  g: DecoderBuilder,
  { layer, prefix, heads, kvHeads, headSize, bias, softcap = 0 }: TreeAttention,
  vectors: AttentionVectors,
): string {
  const key = addCache(g, layer, 'key', vectors.key);
  const value = addCache(g, layer, 'value', vectors.value);
  const query = g.reshape(vectors.query, [1, kvHeads, -1, headSize], `${prefix}.grouped_query`);
  const keyColumns = g.node('Transpose', [key], `${prefix}.key_columns`, { perm: ints([0, 1, 3, 2]) });
  let grouped = g.node('MatMul', [query, keyColumns], `${prefix}.grouped_scores`);
  if (softcap > 0) grouped = addSoftcap(g, grouped, softcap, prefix);
  const scores = g.reshape(grouped, [1, heads, -1, 0], `${prefix}.scores`);
  const masked = g.node('Add', [scores, bias], `${prefix}.masked`);
  const attention = g.node('Softmax', [masked], `${prefix}.weights`, { axis: int(-1) });
  const groupedWeights = g.reshape(attention, [1, kvHeads, -1, 0], `${prefix}.grouped_weights`);
  const mixed = g.node('MatMul', [groupedWeights, value], `${prefix}.grouped_mix`);
  const mixedByHead = g.reshape(mixed, [1, heads, -1, headSize], `${prefix}.mix_by_head`);
  const byToken = g.node('Transpose', [mixedByHead], `${prefix}.mix`, { perm: ints([0, 2, 1, 3]) });
  return g.reshape(byToken, [1, -1, heads * headSize], `${prefix}.attended`);
}

function addSoftcap(g: DecoderBuilder, scores: string, softcap: number, prefix: string): string {
  const cap = g.floats(`${prefix}.softcap`, [], Float32Array.of(softcap));
  const small = g.node('Div', [scores, cap], `${prefix}.small_scores`);
  return g.node('Mul', [g.node('Tanh', [small], `${prefix}.bent_scores`), cap], `${prefix}.capped_scores`);
}

export type CachePart = 'key' | 'value';

/** Names of a layer's cached rows that are reused, and of all its rows: these and then the new ones. */
export function cachedRows(layer: number, part: CachePart): { reused: string; all: string } {
  return { reused: `layer.${layer}.${part}.reused`, all: `layer.${layer}.${part}.all` };
}

/** Puts the new rows behind the reused ones, and keeps the first `kept_length` of them for later. */
export function addCache(g: DecoderBuilder, layer: number, part: CachePart, fresh: string): string {
  const { reused, all } = cachedRows(layer, part);
  const past = `past_key_values.${layer}.${part}`;
  g.node('Slice', [past, 'cache_start', 'reused_length', 'token_axis'], reused);
  g.node('Concat', [reused, fresh], all, { axis: int(2) });
  g.node('Slice', [all, 'cache_start', 'kept_length', 'token_axis'], `present.${layer}.${part}`);
  return all;
}

/**
 * Log probabilities of the picked tokens from float32 `logits [head rows, vocab]`. Log-sum-exp is written out because
 * WebGPU has no kernel for LogSoftmax.
 */
export function addPickedLogProbs(g: DecoderBuilder, logits: string): void {
  const lastAxis = g.integers('last_axis', [-1]);
  const keepdims = { keepdims: int(1) };
  const highest = g.highestOfRow(logits, 'highest_logit');
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
