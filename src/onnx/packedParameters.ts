import { AppError } from '../platform/index.ts';
import { reshaped, type Graph, type Tensor } from './graph.ts';
import { elementCount, parameterCount, type Parameter } from './llamaConfig.ts';
import { int } from './model.ts';

/** Outputs of one Split: with its input, 8 storage buffers. */
const widestSplit = 7;

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

/**
 * Consecutive pieces of a vector, cut in stages of at most `widestSplit`: onnxruntime's WebGPU provider binds
 * every output of a Split at once, and a device need not take more than 8 storage buffers per shader.
 */
export function split(graph: Graph, vector: Tensor, sizes: readonly number[]): Tensor[] {
  if (sizes.length === 1) return [vector];
  const width = Math.ceil(sizes.length / widestSplit);
  const groups: (readonly number[])[] = [];
  for (let start = 0; start < sizes.length; start += width) groups.push(sizes.slice(start, start + width));
  const lengths = groups.map((group) => group.reduce((sum, size) => sum + size, 0));
  const shapes = lengths.map((length) => [length]);
  const pieces = graph.emitAll('Split', [vector, graph.integers(lengths)], shapes, { axis: int(0) });
  return pieces.flatMap((piece, index) => split(graph, piece, groups[index]));
}

/** The named tensor; throws `internal` where the graph has no such parameter. */
export function parameterTensor(tensors: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new AppError('internal', `The graph has no parameter ${name}.`, { name });
  return tensor;
}
