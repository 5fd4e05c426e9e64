import { add, binary, multiply, scale, unary } from './arithmetic.ts';
import { reduce, type Graph, type Tensor } from './graph.ts';
import { int } from './model.ts';

/** x · sigmoid(x), also called swish. */
export function silu(graph: Graph, x: Tensor): Tensor {
  const sigmoid = unary(graph, 'Sigmoid', x);
  const output = binary(graph, 'Mul', x, sigmoid);
  return graph.record(output, [
    {
      input: x,
      // silu′ = σ + silu (1 − σ)
      gradient: (dy) => {
        const rest = binary(graph, 'Sub', output, binary(graph, 'Mul', output, sigmoid));
        return binary(graph, 'Mul', dy, binary(graph, 'Add', sigmoid, rest));
      },
    },
  ]);
}

/** The gated unit of Llama's feed-forward layer: silu(gate) · up. */
export function swiglu(graph: Graph, gate: Tensor, up: Tensor): Tensor {
  return multiply(graph, silu(graph, gate), up);
}

export function tanh(graph: Graph, x: Tensor): Tensor {
  const output = unary(graph, 'Tanh', x);
  return graph.record(output, [
    {
      input: x,
      gradient: (dy) =>
        binary(graph, 'Sub', dy, binary(graph, 'Mul', dy, binary(graph, 'Mul', output, output))),
    },
  ]);
}

/** GELU by its tanh form (Hendrycks & Gimpel 2016): onnxruntime has no float64 `Erf` on the CPU. */
export function gelu(graph: Graph, x: Tensor): Tensor {
  const cube = multiply(graph, multiply(graph, x, x), x);
  const inner = scale(graph, add(graph, x, scale(graph, cube, 0.044715)), Math.sqrt(2 / Math.PI));
  return multiply(graph, scale(graph, x, 0.5), add(graph, tanh(graph, inner), graph.scalar(1)));
}

/** Softmax over the last axis. */
export function softmax(graph: Graph, x: Tensor): Tensor {
  const output = graph.emit('Softmax', [x], x.shape, { axis: int(-1) });
  return graph.record(output, [
    {
      input: x,
      gradient: (dy) => {
        const mean = reduce(graph, 'ReduceSum', binary(graph, 'Mul', dy, output), [x.shape.length - 1]);
        return binary(graph, 'Mul', binary(graph, 'Sub', dy, mean), output);
      },
    },
  ]);
}
