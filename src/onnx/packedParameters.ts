import { AppError } from '../platform/index.ts';
import { reshaped, type Graph, type Tensor } from './graph.ts';
import { elementCount, parameterCount, type Parameter } from './llamaConfig.ts';
import { int } from './model.ts';

/** Parameters that lie one after another in one flat vector, which a graph takes as a single input. */
export interface PackedParameters {
  /** The input itself, `[n]`. */
  readonly vector: Tensor;
  /** Its tensors by name, differentiable, in the order of the vector. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** Declares input `name [n]` and cuts it into the given parameters. */
export function packedParameters(
  graph: Graph,
  name: string,
  parameters: readonly Parameter[],
): PackedParameters {
  const vector = graph.input(name, [parameterCount(parameters)]);
  const sizes = parameters.map((parameter) => elementCount(parameter.shape));
  const pieces = split(graph, vector, sizes);
  const tensors = new Map<string, Tensor>();
  parameters.forEach((parameter, index) => {
    const piece = reshaped(graph, pieces[index], parameter.shape);
    tensors.set(parameter.name, graph.parameter(piece));
  });
  return { vector, tensors };
}

/** The gradient of `loss` with respect to the whole vector, `[n]`. */
export function packedGradient(graph: Graph, loss: Tensor, packed: PackedParameters): Tensor {
  const gradients = graph.gradients(loss, [...packed.tensors.values()]);
  const flat = gradients.map((gradient) => reshaped(graph, gradient, [elementCount(gradient.shape)]));
  return flat.length === 1 ? flat[0] : graph.emit('Concat', flat, packed.vector.shape, { axis: int(0) });
}

/** Consecutive pieces of a vector. */
export function split(graph: Graph, vector: Tensor, sizes: readonly number[]): Tensor[] {
  if (sizes.length === 1) return [vector];
  const shapes = sizes.map((size) => [size]);
  return graph.emitAll('Split', [vector, graph.integers(sizes)], shapes, { axis: int(0) });
}

/** The named tensor; throws `internal` where the graph has no such parameter. */
export function parameterTensor(tensors: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new AppError('internal', `The graph has no parameter ${name}.`, { name });
  return tensor;
}
