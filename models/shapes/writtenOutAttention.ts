import { int, ints } from '../../src/onnx/index.ts';
import type { ExportGraph } from './exportGraph.ts';
import { addQueryKeyValue } from './groupedAttention.ts';
import type { DecoderShape } from './shapes.ts';

/** Scores that no softmax lets through, finite in either float type. */
const hiddenScore = { float32: -3e38, float16: -65_504 };

/** `[1, 1, tokens, total]`: 0 where a key is not later than the query and not masked, else a very negative number. */
export function addCausalMask(g: ExportGraph): [mask: string] {
  const path = '/model/causal_mask';
  const lengthOf = (name: string, input: string): string =>
    g.node('Gather', `${path}/${name}/Gather`, [
      g.node('Shape', `${path}/${name}/Shape`, [input]),
      g.integers(1),
    ]);
  const total = lengthOf('total', 'attention_mask');
  const fresh = lengthOf('tokens', 'input_ids');
  const start = g.node('Sub', `${path}/Sub`, [total, fresh]);
  const keys = g.node('Range', `${path}/Range`, [g.integers(0), total, g.integers(1)]);
  const queries = g.node('Range', `${path}/Range_1`, [start, total, g.integers(1)]);
  const column = g.node('Unsqueeze', `${path}/Unsqueeze`, [queries, g.integers([1])]);
  const isLater = g.node('Greater', `${path}/Greater`, [keys, column]);
  const isPadding = g.node('Equal', `${path}/Equal`, ['attention_mask', g.integers(0)]);
  const wide = g.node('Unsqueeze', `${path}/Unsqueeze_1`, [isPadding, g.integers([1, 2])]);
  const isHidden = g.node('Or', `${path}/Or`, [isLater, wide]);
  const score = g.scalar(g.types.isHalf ? hiddenScore.float16 : hiddenScore.float32);
  return [g.node('Where', `${path}/Where`, [isHidden, score, g.scalar(0)])];
}

/** Attention in standard operators, keys repeated for each of their queries, as PyTorch's own exporter writes it. */
export function addWrittenOutAttention(
  g: ExportGraph,
  shape: DecoderShape,
  layer: number,
  input: string,
  [mask]: readonly string[],
): string {
  const { heads, kvHeads, headSize } = shape;
  const path = `/model/layers.${layer}/self_attn`;
  const [cos, sin] = (['cos', 'sin'] as const).map((part) => addAngles(g, shape, part));
  const projected = addQueryKeyValue(
    g,
    { ...shape, packsQueryKeyValue: false },
    `/model/layers.${layer}/attn`,
    input,
  );
  const [query, freshKey, freshValue] = projected.map((vectors, index) => {
    const dims = g.integers([0, 0, index === 0 ? heads : kvHeads, headSize]);
    const apart = g.node('Reshape', `${path}/Reshape_${index}`, [vectors, dims]);
    const byHead = g.node('Transpose', `${path}/Transpose_${index}`, [apart], { perm: ints([0, 2, 1, 3]) });
    return index === 2 ? byHead : rotated(g, `${path}/rotary_${index}`, byHead, cos, sin, headSize);
  });
  const cached = (part: string, fresh: string): string =>
    g.node(
      'Concat',
      `${path}/Concat_${part}`,
      [`past_key_values.${layer}.${part}`, fresh],
      { axis: int(2) },
      {
        outputs: [`present.${layer}.${part}`],
      },
    );
  const repeat = (name: string, vectors: string): string => {
    if (heads === kvHeads) return vectors;
    const indices = Array.from({ length: heads }, (_, head) => Math.floor((head * kvHeads) / heads));
    return g.node('Gather', `${path}/${name}/Gather`, [vectors, g.integers(indices)], { axis: int(1) });
  };
  const keys = repeat('repeat_k', cached('key', freshKey));
  const values = repeat('repeat_v', cached('value', freshValue));
  const columns = g.node('Transpose', `${path}/Transpose_k`, [keys], { perm: ints([0, 1, 3, 2]) });
  const products = g.node('MatMul', `${path}/MatMul`, [query, columns]);
  const scores = g.node('Mul', `${path}/Mul`, [products, g.scalar(headSize ** -0.5)]);
  const masked = g.node('Add', `${path}/Add`, [scores, mask]);
  const weights = g.node('Softmax', `${path}/Softmax`, [masked], { axis: int(-1) });
  const mix = g.node('MatMul', `${path}/MatMul_1`, [weights, values]);
  const byToken = g.node('Transpose', `${path}/Transpose_o`, [mix], { perm: ints([0, 2, 1, 3]) });
  return g.node('Reshape', `${path}/Reshape_o`, [byToken, g.integers([0, 0, heads * headSize])]);
}

/** Cosines or sines of the tokens' positions, `[batch, 1, tokens, headSize]`; once for all layers. */
function addAngles(g: ExportGraph, shape: DecoderShape, part: 'cos' | 'sin'): string {
  const path = `/model/rotary_emb/${part}`;
  const result = `${path}/Concat/output_0`;
  if (g.model.graph.nodes.some(({ outputs }) => outputs.includes(result))) return result;
  const { contextLength, headSize, ropeTheta } = shape;
  const table = g.rotaryTable(`${part}_cache`, contextLength, headSize, ropeTheta, part);
  const rows = g.node('Gather', `${path}/Gather`, [table, 'position_ids']);
  const wide = g.node('Unsqueeze', `${path}/Unsqueeze`, [rows, g.integers([1])]);
  return g.node('Concat', `${path}/Concat`, [wide, wide], { axis: int(-1) });
}

/** x · cos + (−second half, first half) · sin */
function rotated(
  g: ExportGraph,
  path: string,
  x: string,
  cos: string,
  sin: string,
  headSize: number,
): string {
  const halves = [`${path}/Split/output_0`, `${path}/Split/output_1`];
  const sizes = g.integers([headSize / 2, headSize / 2]);
  g.node('Split', `${path}/Split`, [x, sizes], { axis: int(-1) }, { outputs: halves });
  const turned = [g.node('Neg', `${path}/Neg`, [halves[1]]), halves[0]];
  const rest = g.node('Concat', `${path}/Concat`, turned, { axis: int(-1) });
  const along = g.node('Mul', `${path}/Mul`, [x, cos]);
  return g.node('Add', `${path}/Add`, [along, g.node('Mul', `${path}/Mul_1`, [rest, sin])]);
}
