import { float, int, ints } from '../../src/onnx/index.ts';
import { addCache, addRepeated } from './cachedKeys.ts';
import { contrib, type ExportGraph } from './exportGraph.ts';
import { addQueryKeyValue, addRotated } from './groupedAttention.ts';
import { slides, type DecoderShape } from './shapes.ts';

/**
 * `MultiHeadAttention`, as onnxruntime-genai writes it for devices without grouped queries: cached keys and values are
 * joined and repeated before it, and a mask is added to its scores.
 */
export function addMultiHeadAttention(
  g: ExportGraph,
  shape: DecoderShape,
  layer: number,
  input: string,
  [whole, sliding]: readonly string[],
): string {
  const { heads, kvHeads, headSize } = shape;
  const path = `/model/layers.${layer}/attn`;
  const [query, key, value] = addRotated(
    g,
    shape,
    layer,
    addQueryKeyValue(g, { ...shape, packsQueryKeyValue: false }, path, input),
  );
  const [keys, values] = [key, value].map((fresh, index) => {
    const part = index === 0 ? 'key' : 'value';
    const at = `${path}/${part}_proj/repeat_kv`;
    const apart = g.node('Reshape', `${at}/Reshape_1`, [fresh, g.integers([0, 0, kvHeads, headSize])]);
    const byHead = g.node('Transpose', `${at}/Transpose_1`, [apart], { perm: ints([0, 2, 1, 3]) });
    const repeated = addRepeated(g, shape, at, addCache(g, at, layer, part, byHead));
    const byToken = g.node('Transpose', `${at}/Transpose_2`, [repeated], { perm: ints([0, 2, 1, 3]) });
    return g.node('Reshape', `${at}/Reshape_4`, [byToken, g.integers([0, 0, heads * headSize])]);
  });
  const mask = slides(shape, layer) ? sliding : whole;
  const attributes = { num_heads: int(heads), scale: float(headSize ** -0.5) };
  const inputs = [query, keys, values, '', '', mask];
  return g.node('MultiHeadAttention', `${path}/MultiHeadAttention`, inputs, attributes, { domain: contrib });
}
