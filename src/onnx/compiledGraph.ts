import type { Graph, Tensor } from './graph.ts';
import type { Parameter } from './llamaConfig.ts';
import { DataType } from './model.ts';

/** An input or output of a finished graph; every size is fixed. */
export interface GraphTensor {
  readonly name: string;
  readonly type: 'float32' | 'float64' | 'int64';
  readonly shape: readonly number[];
}

/** A finished graph: an `.onnx` file, what to feed it and what it returns, and the layout of its `theta`. */
export interface CompiledGraph {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly inputs: readonly GraphTensor[];
  readonly outputs: readonly GraphTensor[];
  readonly parameters: readonly Parameter[];
}

/** The finished file of a graph over `parameters`, with what it takes and returns. */
export function compiled(graph: Graph, parameters: readonly Parameter[]): CompiledGraph {
  return {
    bytes: graph.bytes(),
    inputs: graph.inputs.map(described),
    outputs: graph.outputs.map(described),
    parameters,
  };
}

function described({ name, shape, dataType }: Tensor): GraphTensor {
  const type = dataType === DataType.int64 ? 'int64' : dataType === DataType.float64 ? 'float64' : 'float32';
  return { name, type, shape };
}
