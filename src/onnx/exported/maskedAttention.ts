import { contrib } from '../decoderBuilder.ts';
import type { OnnxGraph, OnnxNode, ValueInfo } from '../model.ts';
import { cachedRows, type CachePart } from '../treeScoring.ts';
import { intAttribute, unsupported, type GraphIndex } from './graphIndex.ts';
import { findMask, type AttentionMask } from './attentionMask.ts';

/**
 * One layer whose attention is written out in the graph, or done by `MultiHeadAttention`: all keys come from a `Concat`
 * of those in the cache with the new ones, and what a token must not see is hidden by numbers added to the scores.
 */
export interface MaskedAttention {
  readonly kvHeads: number;
  /** The input that brings the cached keys. */
  readonly cache: ValueInfo;
  /** The new tokens' vectors, `[1, kvHeads, tokens, headSize]`. */
  readonly fresh: Readonly<Record<CachePart, string>>;
  readonly mask: AttentionMask;
}

const cacheName = /^past_key_values\.(\d+)\.(key|value)$/;

/** Whether a node is where an attention of this kind weighs its keys. */
export function isMaskedAttention({ opType, domain }: OnnxNode): boolean {
  return opType === 'Softmax' || (opType === 'MultiHeadAttention' && domain === contrib);
}

/**
 * Cuts the caches out of the graph, in place, and finds the masks; in the order of the layers. Where the graph read all
 * keys or values of a layer it now reads `cachedRows(…).all`, where it asked for those of the past `cachedRows(…).reused`:
 * tensors that the caller makes. `nodes` must be in an order in which each comes after what it reads. Throws
 * `bad-input`, naming the operator, for attention of another form.
 */
export function detachMaskedAttention(graph: OnnxGraph, index: GraphIndex): MaskedAttention[] {
  const caches = graph.inputs.filter(({ name }) => cacheName.test(name));
  const fresh = new Map(caches.map(({ name }) => [name, detachCache(graph, name)]));
  const layers = caches.length / 2;
  dropNanGuards(graph, index);
  const masks = masksByLayer(graph, index, layers);
  return Array.from({ length: layers }, (_, layer) => {
    const [key, value] = (['key', 'value'] as const).map((part) => `past_key_values.${layer}.${part}`);
    const cache = caches.find(({ name }) => name === key);
    const mask = masks.get(layer);
    const [freshKey, freshValue] = [fresh.get(key), fresh.get(value)];
    if (cache === undefined || freshKey === undefined || freshValue === undefined)
      throw unsupported(`it has no cache for layer ${layer}`, key);
    if (mask === undefined)
      throw unsupported(`no attention was found that reads the cache of layer ${layer}`, 'Softmax');
    return {
      kvHeads: Number(cache.shape?.[1] ?? 0),
      cache,
      fresh: { key: freshKey, value: freshValue },
      mask,
    };
  });
}

/** Takes the `Concat` of a cache out of the graph; gives the new vectors that it appended. */
function detachCache(graph: OnnxGraph, past: string): string {
  const [, layer, part] = cacheName.exec(past) ?? [];
  const rows = cachedRows(Number(layer), part as CachePart);
  const joins = graph.nodes.filter(({ opType, inputs }) => opType === 'Concat' && inputs[0] === past);
  const [join] = joins;
  if (joins.length !== 1 || join.inputs.length !== 2 || ![2, -2].includes(intAttribute(join, 'axis', 0)))
    throw unsupported(`its attention does not put new rows behind those of ${past}`, 'Concat');
  const renamed = new Map([
    [join.outputs[0], rows.all],
    [past, rows.reused],
  ]);
  graph.nodes = graph.nodes.filter((node) => node !== join);
  for (const node of graph.nodes) node.inputs = node.inputs.map((name) => renamed.get(name) ?? name);
  return renamed.get(join.inputs[1]) ?? join.inputs[1];
}

/**
 * Takes out what makes zeros of weights that are no numbers, in place: they come from rows in which everything is
 * hidden by infinities, the bias of a scoring graph is finite, and onnxruntime has no such operator on GPUs.
 */
function dropNanGuards(graph: OnnxGraph, index: GraphIndex): void {
  const plain = new Map<string, string>();
  for (const { opType, inputs, outputs } of graph.nodes) {
    const test = opType === 'Where' ? index.producer(inputs[0]) : undefined;
    const [weights = ''] = test?.inputs ?? [];
    if (test?.opType === 'IsNaN' && inputs[2] === weights && index.producer(weights)?.opType === 'Softmax')
      plain.set(outputs[0], weights);
  }
  for (const node of graph.nodes) node.inputs = node.inputs.map((name) => plain.get(name) ?? name);
}

/** The mask of each layer. The layer of an attention is the last one whose cache its scores follow from. */
function masksByLayer(graph: OnnxGraph, index: GraphIndex, layers: number): Map<number, AttentionMask> {
  const latest = new Map<string, number>();
  for (let layer = 0; layer < layers; layer++)
    for (const part of ['key', 'value'] as const) latest.set(cachedRows(layer, part).all, layer);
  const layerOf = (name: string): number => latest.get(name) ?? -1;
  const masks = new Map<number, AttentionMask>();
  for (const node of graph.nodes) {
    // Shapes carry no values on: a mask may be cut to the length of the keys.
    const layer = node.opType === 'Shape' ? -1 : Math.max(-1, ...node.inputs.map(layerOf));
    for (const output of node.outputs) latest.set(output, layer);
    if (!isMaskedAttention(node)) continue;
    if (layer < 0 || masks.has(layer))
      throw unsupported(`it has a ${node.opType} that is not the attention of a layer`, node.opType);
    masks.set(
      layer,
      findMask(node, index, (name) => layerOf(name) >= 0),
    );
  }
  return masks;
}
