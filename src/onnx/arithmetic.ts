import { permute, reduce, reshaped, type Graph, type Tensor } from './graph.ts';

/** Elementwise sum; the smaller operand is broadcast as ONNX (and NumPy) do. */
export function add(graph: Graph, a: Tensor, b: Tensor): Tensor {
  return graph.record(binary(graph, 'Add', a, b), [
    { input: a, gradient: (dy) => unbroadcast(graph, dy, a.shape) },
    { input: b, gradient: (dy) => unbroadcast(graph, dy, b.shape) },
  ]);
}

/** Elementwise product with broadcasting. A dropout mask, scaled by 1 / (1 − p), is such a factor. */
export function multiply(graph: Graph, a: Tensor, b: Tensor): Tensor {
  return graph.record(binary(graph, 'Mul', a, b), [
    { input: a, gradient: (dy) => unbroadcast(graph, binary(graph, 'Mul', dy, b), a.shape) },
    { input: b, gradient: (dy) => unbroadcast(graph, binary(graph, 'Mul', dy, a), b.shape) },
  ]);
}

export function scale(graph: Graph, x: Tensor, factor: number): Tensor {
  return multiply(graph, x, graph.scalar(factor));
}

export function reshape(graph: Graph, x: Tensor, shape: readonly number[]): Tensor {
  const output = reshaped(graph, x, shape);
  if (output === x) return x;
  return graph.record(output, [{ input: x, gradient: (dy) => reshaped(graph, dy, x.shape) }]);
}

/** Reorders axes; `permutation[i]` is the axis of `x` that becomes axis i. */
export function transpose(graph: Graph, x: Tensor, permutation: readonly number[]): Tensor {
  const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
  return graph.record(permute(graph, x, permutation), [
    { input: x, gradient: (dy) => permute(graph, dy, inverse) },
  ]);
}

/** The sum of all elements, `[1]`. */
export function reduceSum(graph: Graph, x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  const total = reshaped(graph, reduce(graph, 'ReduceSum', x, axes), [1]);
  return graph.record(total, [
    { input: x, gradient: (dy) => graph.emit('Expand', [dy, graph.integers(x.shape)], x.shape) },
  ]);
}

/** An elementwise operation of two tensors that is not recorded for differentiation. */
export function binary(
  graph: Graph,
  opType: 'Add' | 'Sub' | 'Mul' | 'Div' | 'Min',
  a: Tensor,
  b: Tensor,
): Tensor {
  return graph.emit(opType, [a, b], broadcastShape(a.shape, b.shape));
}

/** An elementwise function that is not recorded for differentiation. */
export function unary(
  graph: Graph,
  opType: 'Neg' | 'Exp' | 'Log' | 'Sqrt' | 'Reciprocal' | 'Sigmoid' | 'Tanh',
  x: Tensor,
): Tensor {
  return graph.emit(opType, [x], x.shape);
}

/** Sums a gradient over the axes along which its tensor, of shape `shape`, was broadcast. */
export function unbroadcast(graph: Graph, gradient: Tensor, shape: readonly number[]): Tensor {
  const missing = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((size, axis) =>
    axis < missing || (shape[axis - missing] === 1 && size !== 1) ? [axis] : [],
  );
  const summed = axes.length === 0 ? gradient : reduce(graph, 'ReduceSum', gradient, axes);
  return reshaped(graph, summed, shape);
}

function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) =>
    Math.max(a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1),
  );
}
