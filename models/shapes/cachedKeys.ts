import { int } from '../../src/onnx/index.ts';
import type { ExportGraph } from './exportGraph.ts';
import type { DecoderShape } from './shapes.ts';

/** Keys and values of the past and of the new tokens, `[batch, kvHeads, total, headSize]`, which leave the graph too. */
export function addCache(g: ExportGraph, path: string, layer: number, part: string, fresh: string): string {
  const outputs = [`present.${layer}.${part}`];
  const inputs = [`past_key_values.${layer}.${part}`, fresh];
  return g.node('Concat', `${path}/Concat_${part}`, inputs, { axis: int(2) }, { outputs });
}

/** Each key head as often as query heads share it, `[batch, heads, total, headSize]`. */
export function addRepeated(g: ExportGraph, shape: DecoderShape, path: string, vectors: string): string {
  const { heads, kvHeads, headSize } = shape;
  if (heads === kvHeads) return vectors;
  const sizes = g.node('Shape', `${path}/Shape`, [vectors]);
  const slice = (name: string, from: number, to: number): string =>
    g.node('Slice', `${path}/${name}`, [sizes, g.integers([from]), g.integers([to])]);
  const parts = [slice('Slice', 0, 2), g.integers([heads / kvHeads]), slice('Slice_1', 2, 4)];
  const dims = g.node('Concat', `${path}/Concat`, parts, { axis: int(0) });
  const apart = g.node('Unsqueeze', `${path}/Unsqueeze`, [vectors, g.integers([2])]);
  const repeated = g.node('Expand', `${path}/Expand`, [apart, dims]);
  return g.node('Reshape', `${path}/Reshape`, [repeated, g.integers([0, heads, -1, headSize])]);
}
