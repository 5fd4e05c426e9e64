import { int, ints } from '../../src/onnx/index.ts';
import { addCache, addRepeated } from './cachedKeys.ts';
import type { ExportGraph } from './exportGraph.ts';
import { addQueryKeyValue, rotationOf } from './groupedAttention.ts';
import { slides, type DecoderShape } from './shapes.ts';

/** Attention in standard operators, keys repeated for each of their queries, as PyTorch's own exporter writes it. */
export function addWrittenOutAttention(
  g: ExportGraph,
  shape: DecoderShape,
  layer: number,
  input: string,
  [whole, sliding]: readonly string[],
): string {
  const { heads, kvHeads, headSize } = shape;
  const path = `/model/layers.${layer}/self_attn`;
  const [cos, sin] = (['cos', 'sin'] as const).map((part) => addAngles(g, shape, layer, part));
  const plain = { ...shape, packsQueryKeyValue: false };
  const projected = addQueryKeyValue(g, plain, `/model/layers.${layer}/attn`, input);
  const [query, freshKey, freshValue] = projected.map((vectors, index) => {
    const dims = g.integers([0, 0, index === 0 ? heads : kvHeads, headSize]);
    const apart = g.node('Reshape', `${path}/Reshape_${index}`, [vectors, dims]);
    const byHead = g.node('Transpose', `${path}/Transpose_${index}`, [apart], { perm: ints([0, 2, 1, 3]) });
    return index === 2 ? byHead : rotated(g, `${path}/rotary_${index}`, byHead, [cos, sin], headSize);
  });
  const keys = addRepeated(g, shape, `${path}/repeat_k`, addCache(g, path, layer, 'key', freshKey));
  const values = addRepeated(g, shape, `${path}/repeat_v`, addCache(g, path, layer, 'value', freshValue));
  const mask = fitted(g, path, slides(shape, layer) ? sliding : whole, keys);
  const columns = g.node('Transpose', `${path}/Transpose_k`, [keys], { perm: ints([0, 1, 3, 2]) });
  // Both factors carry half of the scale.
  const root = g.scalar(headSize ** -0.25);
  const products = g.node('MatMul', `${path}/MatMul`, [
    g.node('Mul', `${path}/Mul`, [query, root]),
    g.node('Mul', `${path}/Mul_1`, [columns, root]),
  ]);
  const masked = g.node('Add', `${path}/Add`, [products, mask]);
  const weights = g.node('Softmax', `${path}/Softmax`, [masked], { axis: int(-1) });
  const isBroken = g.node('IsNaN', `${path}/IsNaN`, [weights]);
  const clean = g.node('Where', `${path}/Where`, [isBroken, g.scalar(0), weights]);
  const mix = g.node('MatMul', `${path}/MatMul_1`, [clean, values]);
  const byToken = g.node('Transpose', `${path}/Transpose_o`, [mix], { perm: ints([0, 2, 1, 3]) });
  return g.node('Reshape', `${path}/Reshape_o`, [byToken, g.integers([0, 0, heads * headSize])]);
}

/** The mask as far as there are keys. */
function fitted(g: ExportGraph, path: string, mask: string, keys: string): string {
  const sizes = g.node('Shape', `${path}/Shape_k`, [keys]);
  const length = g.node('Gather', `${path}/Gather_k`, [sizes, g.integers([2])]);
  return g.node('Slice', `${path}/Slice_mask`, [mask, g.integers([0]), length, g.integers([3])]);
}

/** Cosines or sines of the tokens' positions, `[batch, 1, tokens, headSize]`, from a table that is cut to the text. */
function addAngles(g: ExportGraph, shape: DecoderShape, layer: number, part: 'cos' | 'sin'): string {
  const path = `/model/layers.${layer}/self_attn/rotary_emb/${part}`;
  const { suffix, rotation } = rotationOf(shape, layer);
  const table = g.rotaryTable(`${part}_cached${suffix}`, part, { ...rotation, repeats: 2 });
  const lengthOf = (name: string, input: string, axis: number): string =>
    g.node('Gather', `${path}/${name}/Gather`, [
      g.node('Shape', `${path}/${name}/Shape`, [input]),
      g.integers([axis]),
    ]);
  const total = g.node('Add', `${path}/Add`, [
    lengthOf('past', `past_key_values.${layer}.key`, 2),
    lengthOf('tokens', 'input_ids', 1),
  ]);
  const known = g.node('Slice', `${path}/Slice`, [table, g.integers([0]), total, g.integers([0])]);
  const rows = g.node('Gather', `${path}/Gather`, [known, 'position_ids']);
  return g.node('Unsqueeze', `${path}/Unsqueeze`, [rows, g.integers([1])]);
}

/** x · cos + (−second half, first half) · sin */
function rotated(
  g: ExportGraph,
  path: string,
  x: string,
  [cos, sin]: readonly string[],
  headSize: number,
): string {
  const half = (name: string, from: number): string =>
    g.node('Slice', `${path}/${name}`, [
      x,
      g.integers([from]),
      g.integers([from + headSize / 2]),
      g.integers([3]),
    ]);
  const turned = [g.node('Neg', `${path}/Neg`, [half('Slice_1', headSize / 2)]), half('Slice', 0)];
  const rest = g.node('Concat', `${path}/Concat`, turned, { axis: int(-1) });
  const along = g.node('Mul', `${path}/Mul`, [x, cos]);
  return g.node('Add', `${path}/Add`, [along, g.node('Mul', `${path}/Mul_1`, [rest, sin])]);
}
