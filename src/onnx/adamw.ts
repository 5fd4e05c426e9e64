import { binary, unary } from './arithmetic.ts';
import { reduce, type Graph, type Tensor } from './graph.ts';
import { elementCount, type Parameter } from './llamaConfig.ts';
import { int } from './model.ts';
import { split } from './packedParameters.ts';

/** AdamW (Loshchilov & Hutter 2019). `clipNorm`: gradients longer than this are scaled down to it; 0 never clips. */
export interface AdamW {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly clipNorm: number;
}

/**
 * Appends one optimizer step over the flat vector `theta [n]`. Declares the inputs `mu`, `nu [n]` (moments,
 * start 0), `learning_rate`, `bias_correction_1` = 1 − beta1ᵗ and `bias_correction_2` = 1 − beta2ᵗ (`[1]` each,
 * t = 1 in the first step) and the outputs `next_theta`, `next_mu`, `next_nu [n]`, `grad_norm [1]` (unclipped).
 */
export function adamWStep(
  graph: Graph,
  theta: Tensor,
  gradient: Tensor,
  parameters: readonly Parameter[],
  { beta1, beta2, epsilon, weightDecay, clipNorm }: AdamW,
): void {
  const [mu, nu] = [graph.input('mu', theta.shape), graph.input('nu', theta.shape)];
  const learningRate = graph.input('learning_rate', [1]);
  const correction1 = graph.input('bias_correction_1', [1]);
  const correction2 = graph.input('bias_correction_2', [1]);
  const times = (a: Tensor, b: Tensor): Tensor => binary(graph, 'Mul', a, b);
  const constant = (value: number): Tensor => graph.constant([value], [1]);

  const norm = unary(graph, 'Sqrt', reduce(graph, 'ReduceSum', times(gradient, gradient), [0]));
  const clip = clipNorm > 0 ? clipFactor(graph, norm, clipNorm) : constant(1);

  // The scalar factors are folded together first: every operation on a vector is a pass over memory.
  const firstFactor = times(clip, constant(1 - beta1));
  const secondFactor = times(times(clip, clip), constant(1 - beta2));
  const nextMu = binary(graph, 'Add', times(mu, constant(beta1)), times(gradient, firstFactor));
  const square = times(gradient, gradient);
  const nextNu = binary(graph, 'Add', times(nu, constant(beta2)), times(square, secondFactor));

  // (mu / c1) / (√(nu / c2) + epsilon) = (√c2 / c1) · mu / (√nu + epsilon √c2)
  const root2 = unary(graph, 'Sqrt', correction2);
  const denominator = binary(graph, 'Add', unary(graph, 'Sqrt', nextNu), times(root2, constant(epsilon)));
  const stepSize = binary(graph, 'Div', times(learningRate, root2), correction1);
  const update = times(binary(graph, 'Div', nextMu, denominator), stepSize);
  const decayed =
    weightDecay > 0 ? decay(graph, theta, parameters, times(learningRate, constant(weightDecay))) : theta;

  graph.output('next_theta', binary(graph, 'Sub', decayed, update));
  graph.output('next_mu', nextMu);
  graph.output('next_nu', nextNu);
  graph.output('grad_norm', norm);
}

function clipFactor(graph: Graph, norm: Tensor, clipNorm: number): Tensor {
  // 1e-6 keeps a zero gradient from dividing by zero, as PyTorch's clip_grad_norm_ does.
  const ratio = binary(
    graph,
    'Div',
    graph.constant([clipNorm], [1]),
    binary(graph, 'Add', norm, graph.scalar(1e-6)),
  );
  return binary(graph, 'Min', ratio, graph.constant([1], [1]));
}

/** theta · (1 − rate) where a parameter decays, theta elsewhere. */
function decay(graph: Graph, theta: Tensor, parameters: readonly Parameter[], rate: Tensor): Tensor {
  const runs: { decays: boolean; size: number }[] = [];
  for (const { shape, decays } of parameters) {
    const last = runs.at(-1);
    if (last?.decays === decays) last.size += elementCount(shape);
    else runs.push({ decays, size: elementCount(shape) });
  }
  const keep = binary(graph, 'Sub', graph.constant([1], [1]), rate);
  const pieces = split(
    graph,
    theta,
    runs.map((run) => run.size),
  ).map((piece, index) => (runs[index].decays ? binary(graph, 'Mul', piece, keep) : piece));
  return pieces.length === 1 ? pieces[0] : graph.emit('Concat', pieces, theta.shape, { axis: int(0) });
}
