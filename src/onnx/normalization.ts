import { binary, unary, unbroadcast } from './arithmetic.ts';
import { reduce, type Graph, type Tensor } from './graph.ts';

/** RMSNorm over the last axis: x / √(mean x² + epsilon) · weight. `weight` has the size of that axis. */
export function rmsNorm(graph: Graph, x: Tensor, weight: Tensor, epsilon: number): Tensor {
  const axes = [x.shape.length - 1];
  const inverse = inverseRoot(graph, binary(graph, 'Mul', x, x), axes, epsilon);
  const normalized = binary(graph, 'Mul', x, inverse);
  return graph.record(binary(graph, 'Mul', normalized, weight), [
    {
      input: x,
      gradient: (dy) => {
        const dn = binary(graph, 'Mul', dy, weight);
        const along = reduce(graph, 'ReduceMean', binary(graph, 'Mul', dn, normalized), axes);
        const across = binary(graph, 'Sub', dn, binary(graph, 'Mul', normalized, along));
        return binary(graph, 'Mul', across, inverse);
      },
    },
    {
      input: weight,
      gradient: (dy) => unbroadcast(graph, binary(graph, 'Mul', dy, normalized), weight.shape),
    },
  ]);
}

/** LayerNorm over the last axis with weight and bias of its size. */
export function layerNorm(graph: Graph, x: Tensor, weight: Tensor, bias: Tensor, epsilon: number): Tensor {
  const axes = [x.shape.length - 1];
  const centered = binary(graph, 'Sub', x, reduce(graph, 'ReduceMean', x, axes));
  const inverse = inverseRoot(graph, binary(graph, 'Mul', centered, centered), axes, epsilon);
  const normalized = binary(graph, 'Mul', centered, inverse);
  return graph.record(binary(graph, 'Add', binary(graph, 'Mul', normalized, weight), bias), [
    {
      input: x,
      gradient: (dy) => {
        const dn = binary(graph, 'Mul', dy, weight);
        const along = reduce(graph, 'ReduceMean', binary(graph, 'Mul', dn, normalized), axes);
        const recentered = binary(graph, 'Sub', dn, reduce(graph, 'ReduceMean', dn, axes));
        const across = binary(graph, 'Sub', recentered, binary(graph, 'Mul', normalized, along));
        return binary(graph, 'Mul', across, inverse);
      },
    },
    {
      input: weight,
      gradient: (dy) => unbroadcast(graph, binary(graph, 'Mul', dy, normalized), weight.shape),
    },
    { input: bias, gradient: (dy) => unbroadcast(graph, dy, bias.shape) },
  ]);
}

function inverseRoot(graph: Graph, squares: Tensor, axes: readonly number[], epsilon: number): Tensor {
  const mean = reduce(graph, 'ReduceMean', squares, axes);
  return unary(graph, 'Reciprocal', unary(graph, 'Sqrt', binary(graph, 'Add', mean, graph.scalar(epsilon))));
}
