import { adamWStep, type AdamW } from './adamw.ts';
import { binary, unary } from './arithmetic.ts';
import { compiled, type CompiledGraph } from './compiledGraph.ts';
import { reduce, type Graph, type Tensor } from './graph.ts';
import type { Parameter } from './llamaConfig.ts';
import { packedGradient, type PackedParameters } from './packedParameters.ts';

/** What a training graph does with its gradient. */
export interface StepOptions {
  readonly optimizer: AdamW;
  /** `gradients`: outputs `loss [1]`, `gradient [n]`, `grad_norm [1]` and takes no optimizer state. Default: `step`. */
  readonly outputs?: 'step' | 'gradients' | undefined;
}

/**
 * Completes a graph whose `loss [1]` depends on `theta`: backward, clipping by the global norm, AdamW. See
 * `adamWStep` for the inputs and outputs that this adds, beside the output `loss`.
 */
export function trainingStep(
  graph: Graph,
  loss: Tensor,
  theta: PackedParameters,
  parameters: readonly Parameter[],
  { optimizer, outputs = 'step' }: StepOptions,
): CompiledGraph {
  const gradient = packedGradient(graph, loss, theta);
  graph.output('loss', loss);
  if (outputs === 'gradients') {
    graph.output('gradient', gradient);
    const squares = reduce(graph, 'ReduceSum', binary(graph, 'Mul', gradient, gradient), [0]);
    graph.output('grad_norm', unary(graph, 'Sqrt', squares));
  } else adamWStep(graph, theta.vector, gradient, parameters, optimizer);
  return compiled(graph, parameters);
}
