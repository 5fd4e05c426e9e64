import { binary, unary } from './arithmetic.ts';
import { reduce, reshaped, type Graph, type Tensor } from './graph.ts';
import { int, text } from './model.ts';

/**
 * Softmax cross-entropy in nats: Σ weightᵢₖ · −log softmax(logitsᵢ)[labelᵢₖ], shape `[1]`.
 * `logits [n, classes]`, int64 `labels [n, k]`, `weights [n, k]` (sum 1 for a mean; 0 leaves a label out). One label a
 * position, k = 1, is the rule; several spread the weight of a position, as a teacher's distribution does.
 * Built from max, exp and sum because onnxruntime's WebGPU provider has no `LogSoftmax`.
 */
export function crossEntropy(graph: Graph, logits: Tensor, labels: Tensor, weights: Tensor): Tensor {
  const { nll, exponentials, total } = perPosition(graph, logits, labels);
  const loss = reshaped(graph, reduce(graph, 'ReduceSum', binary(graph, 'Mul', nll, weights), [0, 1]), [1]);
  return graph.record(loss, [
    {
      input: logits,
      // Σₖ weightₖ · softmax − Σₖ weightₖ · one-hot labelₖ
      gradient: (dy) => {
        const weight = binary(graph, 'Mul', weights, dy);
        const sum = weight.shape[1] === 1 ? weight : reduce(graph, 'ReduceSum', weight, [1]);
        const probabilities = binary(graph, 'Mul', exponentials, binary(graph, 'Div', sum, total));
        const updates = unary(graph, 'Neg', weight);
        return graph.emit('ScatterElements', [probabilities, labels, updates], logits.shape, {
          axis: int(1),
          reduction: text('add'),
        });
      },
    },
  ]);
}

/** −log softmax(logits)[label] of every row, in nats: `[n, classes]`, int64 `[n, 1]` → `[n]`. Not recorded. */
export function negativeLogLikelihood(graph: Graph, logits: Tensor, labels: Tensor): Tensor {
  return reshaped(graph, perPosition(graph, logits, labels).nll, [logits.shape[0]]);
}

function perPosition(
  graph: Graph,
  logits: Tensor,
  labels: Tensor,
): { nll: Tensor; exponentials: Tensor; total: Tensor } {
  const shifted = binary(graph, 'Sub', logits, reduce(graph, 'ReduceMax', logits, [1]));
  const exponentials = unary(graph, 'Exp', shifted);
  const total = reduce(graph, 'ReduceSum', exponentials, [1]);
  const labelled = graph.emit('GatherElements', [shifted, labels], labels.shape, { axis: int(1) });
  return { nll: binary(graph, 'Sub', unary(graph, 'Log', total), labelled), exponentials, total };
}
