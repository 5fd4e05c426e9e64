import { binary, reshape, transpose, unary } from './arithmetic.ts';
import { reduce, reshaped, type Graph, type Tensor } from './graph.ts';
import { product } from './matmul.ts';
import { int } from './model.ts';

/** Added to the score of a later position: its softmax weight is then exactly 0 in float32 and float64. */
const maskedScore = -1e9;

/** cos and sin of every position and dimension, `[sequenceLength, headSize]`. */
export interface RotaryTables {
  readonly cos: Tensor;
  readonly sin: Tensor;
}

/** Sizes of one attention layer; `kvHeads` divides `heads`. */
export interface AttentionShape {
  readonly batchSize: number;
  readonly sequenceLength: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
}

/**
 * Angles position · theta^(−2i / headSize) for i in the first half, repeated in the second: Hugging Face's
 * half-rotation convention, which is onnxruntime's `rotary_interleaved = 0`. `factor` multiplies both tables.
 */
export function rotaryTables(graph: Graph, shape: AttentionShape, theta: number, factor = 1): RotaryTables {
  const { sequenceLength, headSize } = shape;
  const half = headSize / 2;
  const cos = new Float64Array(sequenceLength * headSize);
  const sin = new Float64Array(sequenceLength * headSize);
  for (let position = 0; position < sequenceLength; position++)
    for (let i = 0; i < headSize; i++) {
      const angle = position * theta ** ((-2 * (i % half)) / headSize);
      cos[position * headSize + i] = factor * Math.cos(angle);
      sin[position * headSize + i] = factor * Math.sin(angle);
    }
  const size = [sequenceLength, headSize];
  return { cos: graph.constant(cos, size), sin: graph.constant(sin, size) };
}

/** Rotary position embedding of `x […, sequenceLength, headSize]` (Su et al. 2021): x cos + rotate(x) sin. */
export function rope(graph: Graph, x: Tensor, { cos, sin }: RotaryTables): Tensor {
  const rotated = (y: Tensor): Tensor => binary(graph, 'Mul', rotateHalves(graph, y), sin);
  return graph.record(binary(graph, 'Add', binary(graph, 'Mul', x, cos), rotated(x)), [
    // The transpose of a rotation by an angle is the rotation by its negative.
    { input: x, gradient: (dy) => binary(graph, 'Sub', binary(graph, 'Mul', dy, cos), rotated(dy)) },
  ]);
}

/** 0 where a position may look and `maskedScore` where it may not, `[sequenceLength, sequenceLength]`. */
export function causalMask(graph: Graph, sequenceLength: number): Tensor {
  const mask = new Float32Array(sequenceLength * sequenceLength);
  for (let row = 0; row < sequenceLength; row++)
    mask.fill(maskedScore, row * sequenceLength + row + 1, (row + 1) * sequenceLength);
  return graph.constant(mask, [sequenceLength, sequenceLength]);
}

/** `[batch · sequence, heads · headSize] → [batch, heads, sequence, headSize]`. */
export function splitHeads(graph: Graph, x: Tensor, shape: AttentionShape, heads: number): Tensor {
  const { batchSize, sequenceLength, headSize } = shape;
  return transpose(graph, reshape(graph, x, [batchSize, sequenceLength, heads, headSize]), [0, 2, 1, 3]);
}

/** The inverse of `splitHeads`: `[batch, heads, sequence, headSize] → [batch · sequence, heads · headSize]`. */
export function mergeHeads(graph: Graph, x: Tensor): Tensor {
  const [batch, heads, sequence, headSize] = x.shape as [number, number, number, number];
  return reshape(graph, transpose(graph, x, [0, 2, 1, 3]), [batch * sequence, heads * headSize]);
}

/**
 * Causal grouped-query attention: softmax(q kᵀ + mask) v. `q [batch, heads, sequence, headSize]`, already scaled
 * by 1 / √headSize; `k`, `v [batch, kvHeads, sequence, headSize]`. The query heads of one group lie next to each
 * other, so they become further rows of one product and k and v are never repeated.
 */
export function causalAttention(graph: Graph, q: Tensor, k: Tensor, v: Tensor, mask: Tensor): Tensor {
  const [batch, heads, sequence, headSize] = q.shape as [number, number, number, number];
  const kvHeads = k.shape[1];
  const grouped = [batch * kvHeads, (heads / kvHeads) * sequence];
  const perHead = [batch * heads, sequence, sequence];
  const queries = reshaped(graph, q, [...grouped, headSize]);
  const keys = reshaped(graph, k, [batch * kvHeads, sequence, headSize]);
  const values = reshaped(graph, v, [batch * kvHeads, sequence, headSize]);

  const scores = reshaped(graph, product(graph, queries, keys, false, true), perHead);
  const masked = binary(graph, 'Add', scores, mask);
  const weights = graph.emit('Softmax', [masked], perHead, { axis: int(-1) });
  const groupedWeights = reshaped(graph, weights, [...grouped, sequence]);
  const output = product(graph, groupedWeights, values, false, false);

  const groupedGradient = (dy: Tensor): Tensor => reshaped(graph, dy, [...grouped, headSize]);
  // Softmax backward needs Σⱼ dwⱼ wⱼ per row. With output = w v that sum is Σ dy · output, over headSize
  // elements in place of `sequence` ones (as in FlashAttention, Dao et al. 2022).
  const scoreGradient = (dy: Tensor): Tensor => {
    const gradient = groupedGradient(dy);
    const mean = reduce(graph, 'ReduceSum', binary(graph, 'Mul', gradient, output), [2]);
    const weightGradient = product(graph, gradient, values, false, true);
    return binary(graph, 'Mul', binary(graph, 'Sub', weightGradient, mean), groupedWeights);
  };
  return graph.record(reshaped(graph, output, q.shape), [
    {
      input: q,
      gradient: (dy) => reshaped(graph, product(graph, scoreGradient(dy), keys, false, false), q.shape),
    },
    {
      input: k,
      gradient: (dy) => reshaped(graph, product(graph, scoreGradient(dy), queries, true, false), k.shape),
    },
    {
      input: v,
      gradient: (dy) =>
        reshaped(graph, product(graph, groupedWeights, groupedGradient(dy), true, false), v.shape),
    },
  ]);
}

function rotateHalves(graph: Graph, x: Tensor): Tensor {
  const axis = x.shape.length - 1;
  const half = [...x.shape.slice(0, -1), x.shape[axis] / 2];
  const [first, second] = graph.emitAll('Split', [x], [half, half], { axis: int(axis), num_outputs: int(2) });
  return graph.emit('Concat', [unary(graph, 'Neg', second), first], x.shape, { axis: int(axis) });
}
