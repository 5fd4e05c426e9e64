import { AppError } from '../platform/index.ts';
import { elementCount } from './llamaConfig.ts';
import {
  constantTensor,
  DataType,
  emptyModel,
  int,
  ints,
  node,
  type OnnxAttribute,
  type OnnxModel,
  type ValueInfo,
} from './model.ts';
import { writeModel } from './modelWriter.ts';

/** A value that a graph under construction computes. `differentiable`: a parameter has a part in it. */
export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dataType: number;
  readonly differentiable: boolean;
}

/** How a gradient reaches one input: from d loss / d output to d loss / d input, both of their tensor's shape. */
export interface GradientRule {
  readonly input: Tensor;
  readonly gradient: (outputGradient: Tensor) => Tensor;
}

/** Arithmetic of the graph; float64 exists to check gradients, since central differences need its precision. */
export type FloatType = 'float32' | 'float64';

/**
 * Builds an ONNX graph of static shapes and remembers how each differentiable value was made, so that
 * `gradients` can append the backward pass. An operation on the same inputs is emitted once.
 */
export class Graph {
  readonly floatType: number;
  readonly inputs: Tensor[] = [];
  /** Under the names that they bear outside. */
  readonly outputs: Tensor[] = [];
  private readonly model: OnnxModel;
  private readonly tape: { output: Tensor; rules: readonly GradientRule[] }[] = [];
  private readonly recorded = new Map<string, Tensor>();
  private readonly emitted = new Map<string, Tensor[]>();
  private readonly outputNames = new Map<string, string>();
  private count = 0;

  constructor(
    name: string,
    private readonly precision: FloatType = 'float32',
  ) {
    this.model = emptyModel(name);
    this.floatType = DataType[precision];
  }

  input(name: string, shape: readonly number[], dataType = this.floatType): Tensor {
    const tensor = { name, shape, dataType, differentiable: false };
    this.inputs.push(tensor);
    return tensor;
  }

  /** A float constant. Values are given in double precision and stored in the graph's. */
  constant(values: ArrayLike<number>, shape: readonly number[]): Tensor {
    const stored = this.precision === 'float64' ? Float64Array.from(values) : Float32Array.from(values);
    return this.initializer(stored, shape, this.floatType);
  }

  scalar(value: number): Tensor {
    return this.constant([value], []);
  }

  /** A list of int64, the form in which operators take shapes, axes and sizes. */
  integers(values: readonly number[]): Tensor {
    return this.initializer(BigInt64Array.from(values, BigInt), [values.length], DataType.int64);
  }

  /** Appends an operation with one output of the given shape. */
  emit(
    opType: string,
    inputs: readonly Tensor[],
    shape: readonly number[],
    attributes: Record<string, OnnxAttribute> = {},
    dataType = this.floatType,
  ): Tensor {
    return this.emitAll(opType, inputs, [shape], attributes, dataType)[0];
  }

  /** Appends an operation with several outputs. */
  emitAll(
    opType: string,
    inputs: readonly Tensor[],
    shapes: readonly (readonly number[])[],
    attributes: Record<string, OnnxAttribute> = {},
    dataType = this.floatType,
  ): Tensor[] {
    const names = inputs.map((input) => input.name);
    const key = JSON.stringify([opType, names, attributes]);
    const known = this.emitted.get(key);
    if (known !== undefined) return known;
    const outputs = shapes.map((shape) => ({
      name: `${opType}_${this.count++}`,
      shape,
      dataType,
      differentiable: false,
    }));
    const outputNames = outputs.map((output) => output.name);
    this.model.graph.nodes.push(node(opType, names, outputNames, attributes));
    this.emitted.set(key, outputs);
    return outputs;
  }

  /** The same value, but one with respect to which `gradients` may differentiate. */
  parameter(tensor: Tensor): Tensor {
    return { ...tensor, differentiable: true };
  }

  /**
   * Declares how gradients flow through `output`. Rules for inputs that no parameter reaches are never used.
   * An operation asked for twice is one value, so it is recorded once: else its gradient would count twice.
   */
  record(output: Tensor, rules: readonly GradientRule[]): Tensor {
    const needed = rules.filter((rule) => rule.input.differentiable);
    if (needed.length === 0) return output;
    const known = this.recorded.get(output.name);
    if (known !== undefined) return known;
    const recorded = { ...output, differentiable: true };
    this.recorded.set(output.name, recorded);
    this.tape.push({ output: recorded, rules: needed });
    return recorded;
  }

  /**
   * d loss / d parameter for each parameter, in their order and shapes; `loss` has one element.
   * Throws `internal` for a parameter that has no part in the loss.
   */
  gradients(loss: Tensor, parameters: readonly Tensor[]): Tensor[] {
    const gradients = new Map<string, Tensor>();
    gradients.set(loss.name, this.constant([1], loss.shape));
    for (const { output, rules } of [...this.tape].reverse()) {
      const outputGradient = gradients.get(output.name);
      if (outputGradient === undefined) continue;
      for (const { input, gradient } of rules) {
        const part = gradient(outputGradient);
        const sum = gradients.get(input.name);
        gradients.set(input.name, sum === undefined ? part : this.emit('Add', [sum, part], input.shape));
      }
    }
    return parameters.map((parameter) => {
      const gradient = gradients.get(parameter.name);
      if (gradient === undefined)
        throw new AppError('internal', `No gradient reaches ${parameter.name}.`, { name: parameter.name });
      return gradient;
    });
  }

  /** Makes a computed value an output of the model, under a name of its own. */
  output(name: string, tensor: Tensor): void {
    if (this.outputNames.has(tensor.name)) {
      this.output(name, this.emit('Identity', [tensor], tensor.shape, {}, tensor.dataType));
      return;
    }
    this.outputNames.set(tensor.name, name);
    this.outputs.push({ ...tensor, name });
  }

  /** The finished model file. */
  bytes(): Uint8Array<ArrayBuffer> {
    const renamed = (name: string): string => this.outputNames.get(name) ?? name;
    const nodes = this.model.graph.nodes.map((each) => ({
      ...each,
      inputs: each.inputs.map(renamed),
      outputs: each.outputs.map(renamed),
    }));
    const [inputs, outputs] = [this.inputs.map(declared), this.outputs.map(declared)];
    return writeModel({ ...this.model, graph: { ...this.model.graph, nodes, inputs, outputs } });
  }

  private initializer(
    values: Float32Array | Float64Array | BigInt64Array,
    shape: readonly number[],
    dataType: number,
  ): Tensor {
    // Large tables are asked for once by whoever needs them; comparing them by content is for the small ones.
    const key = values.length > 64 ? undefined : `constant ${dataType} [${shape.join()}] ${values.join()}`;
    const known = key === undefined ? undefined : this.emitted.get(key)?.[0];
    if (known !== undefined) return known;
    const tensor = { name: `constant_${this.count++}`, shape, dataType, differentiable: false };
    this.model.graph.initializers.push(constantTensor(tensor.name, dataType, shape, values));
    if (key !== undefined) this.emitted.set(key, [tensor]);
    return tensor;
  }
}

function declared({ name, dataType, shape }: Tensor): ValueInfo {
  return { name, elementType: dataType, shape: [...shape] };
}

/** Reduces over `axes` and keeps them as axes of size 1. */
export function reduce(
  graph: Graph,
  opType: 'ReduceSum' | 'ReduceMean' | 'ReduceMax',
  x: Tensor,
  axes: readonly number[],
): Tensor {
  const shape = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return graph.emit(opType, [x, graph.integers(axes)], shape, { keepdims: int(1) });
}

/** Reorders axes; `permutation[i]` is the axis of `x` that becomes axis i. Not recorded: see `transpose`. */
export function permute(graph: Graph, x: Tensor, permutation: readonly number[]): Tensor {
  const shape = permutation.map((axis) => x.shape[axis]);
  return graph.emit('Transpose', [x], shape, { perm: ints(permutation) });
}

/** The same elements in another shape. Not recorded: see `reshape`. */
export function reshaped(graph: Graph, x: Tensor, shape: readonly number[]): Tensor {
  if (x.shape.join() === shape.join()) return x;
  if (elementCount(x.shape) !== elementCount(shape))
    throw new AppError('internal', `Cannot reshape [${x.shape.join()}] to [${shape.join()}].`);
  return graph.emit('Reshape', [x, graph.integers(shape)], shape, {}, x.dataType);
}
