import type { DecoderBuilder } from '../decoderBuilder.ts';
import type { OnnxGraph, OnnxNode, ValueInfo } from '../model.ts';
import { addCache, cachedRows } from '../treeScoring.ts';
import { isMixOfValues } from './attentionMask.ts';
import { unsupported, type GraphIndex } from './graphIndex.ts';
import { readGroupedAttention, replaceGroupedAttention, type GroupedAttention } from './groupedAttention.ts';
import { keepLiveNodes } from './liveNodes.ts';
import { detachMaskedAttention, isMaskedAttention, type MaskedAttention } from './maskedAttention.ts';
import { checkRowWise, isGroupedAttention } from './operators.ts';
import { windowsOf } from './slidingWindows.ts';

/** The attention of one layer, cut off from caches and masks, until `restore` gives it those of the scoring graph. */
export interface DetachedAttention {
  /** Undefined where only `config.json` says it. */
  readonly heads: number | undefined;
  readonly kvHeads: number;
  /** The input that brings the cached keys. */
  readonly cache: ValueInfo | undefined;
  /** Table of the rotation that the attention applies itself. */
  readonly rotaryTable: string | undefined;
  /** Positions that a token sees, itself included; null: all before it. */
  readonly window: number | null;
  /** Element type of the bias that it adds; undefined: that of the activations. */
  readonly biasType: number | undefined;
  restore(g: DecoderBuilder, place: { layer: number; headSize: number; bias: string }): void;
}

/**
 * Reduces a graph, in place, to what leads to the tensors `kept`, with each attention reading the vectors of the new
 * tokens only, and gives the attentions in the order of their layers. Throws `bad-input`, naming the operator or input,
 * where anything else mixes tokens or asks for a mask.
 */
export function detachAttentions(
  graph: OnnxGraph,
  kept: readonly string[],
  index: GraphIndex,
  config: unknown,
): DetachedAttention[] {
  const isMasked = !graph.nodes.some(isGroupedAttention) && graph.nodes.some(isMaskedAttention);
  const attentions = isMasked ? detachMasked(graph, kept, index, config) : detachGrouped(graph, kept, index);
  if (attentions.length === 0)
    throw unsupported('it has no attention that is known here', 'GroupQueryAttention');
  return attentions;
}

function detachGrouped(graph: OnnxGraph, kept: readonly string[], index: GraphIndex): DetachedAttention[] {
  const { inputs } = graph;
  const known = new Map(
    graph.nodes.filter(isGroupedAttention).map((node) => [node, readGroupedAttention(node, inputs)]),
  );
  for (const node of known.keys()) node.inputs.fill('', 3, 7);
  reduce(graph, kept);
  checkRowWise(graph.nodes, index, isGroupedAttention);
  checkInputs(graph, []);
  return graph.nodes.flatMap((node) => known.get(node) ?? []).map((attention) => grouped(attention, index));
}

function grouped(attention: GroupedAttention, index: GraphIndex): DetachedAttention {
  const { heads, kvHeads, cache, rotary, window } = attention;
  return {
    heads,
    kvHeads,
    cache,
    rotaryTable: rotary?.cos,
    window,
    biasType: undefined,
    restore: (g, place) => {
      replaceGroupedAttention(g, attention, place, index);
    },
  };
}

function detachMasked(
  graph: OnnxGraph,
  kept: readonly string[],
  index: GraphIndex,
  config: unknown,
): DetachedAttention[] {
  const attentions = detachMaskedAttention(graph, index);
  const rows = attentions.flatMap((_, layer) =>
    (['key', 'value'] as const).flatMap((part) => Object.values(cachedRows(layer, part))),
  );
  graph.inputs.push(...rows.map((name) => ({ name, elementType: 0 })));
  for (const { mask } of attentions) mask.reader.inputs[mask.place] = '';
  reduce(graph, [...kept, ...attentions.flatMap(({ fresh }) => Object.values(fresh))]);
  const products = new Set<OnnxNode>(attentions.flatMap(({ mask }) => mask.products));
  checkRowWise(
    graph.nodes,
    index,
    (node) => isMaskedAttention(node) || products.has(node) || isMixOfValues(node, index),
  );
  checkInputs(graph, rows);
  checkPositions(graph);
  const windows = windowsOf(
    attentions.map(({ mask }) => mask.root),
    config,
  );
  return attentions.map((attention, layer) => masked(attention, windows[layer]));
}

function masked(attention: MaskedAttention, window: number | null): DetachedAttention {
  const { kvHeads, cache, fresh, mask } = attention;
  return {
    heads: mask.heads,
    kvHeads,
    cache,
    rotaryTable: undefined,
    window,
    biasType: mask.elementType,
    restore: (g, { layer, bias }) => {
      addCache(g, layer, 'key', fresh.key);
      addCache(g, layer, 'value', fresh.value);
      mask.reader.inputs[mask.place] = bias;
    },
  };
}

function reduce(graph: OnnxGraph, kept: readonly string[]): void {
  graph.outputs = kept.map((name): ValueInfo => ({ name, elementType: 0 }));
  keepLiveNodes(graph);
}

function checkInputs({ inputs }: OnnxGraph, rows: readonly string[]): void {
  for (const { name } of inputs)
    if (name !== 'input_ids' && name !== 'position_ids' && !rows.includes(name))
      throw unsupported(`beside its attention it reads the input ${name}`, name);
}

/** In a tree many tokens have the same position: the graph must take positions as they are given, not count them. */
function checkPositions({ inputs, nodes }: OnnxGraph): void {
  if (!inputs.some(({ name }) => name === 'position_ids'))
    throw unsupported('it takes no position_ids but counts positions by itself', 'position_ids');
  if (nodes.some(({ opType }) => opType === 'Range'))
    throw unsupported('beside position_ids it counts positions by itself (Range)', 'Range');
}
