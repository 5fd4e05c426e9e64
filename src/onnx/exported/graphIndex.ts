import { AppError } from '../../platform/index.ts';
import type { OnnxGraph, OnnxNode, OnnxTensor } from '../model.ts';

/** Operators that pass constants on, in another form. */
const constantForms = new Set([
  'Transpose',
  'Cast',
  'Identity',
  'DequantizeLinear',
  'Unsqueeze',
  'Reshape',
  'Expand',
]);

/** Who makes which tensor of a graph, as it was when the index was made. */
export class GraphIndex {
  readonly #producers = new Map<string, OnnxNode>();
  readonly #constants = new Map<string, OnnxTensor>();

  constructor(graph: OnnxGraph) {
    for (const tensor of graph.initializers) this.#constants.set(tensor.name, tensor);
    for (const node of graph.nodes) {
      for (const output of node.outputs) if (output !== '') this.#producers.set(output, node);
      const { value } = node.attributes;
      if (node.opType === 'Constant' && value?.kind === 'tensor')
        this.#constants.set(node.outputs[0] ?? '', value.value);
    }
  }

  /** The node that makes a tensor; undefined for inputs of the graph and initializers. */
  producer(name: string): OnnxNode | undefined {
    return this.#producers.get(name);
  }

  constant(name: string): OnnxTensor | undefined {
    return this.#constants.get(name);
  }

  /** Whether a tensor follows from constants alone, in one of the forms that weights take. */
  isConstant(name: string): boolean {
    let at = name;
    // No export chains more forms; a cycle would never end.
    for (let step = 0; step < 16; step++) {
      if (this.#constants.has(at)) return true;
      const node = this.#producers.get(at);
      if (node === undefined || !constantForms.has(node.opType)) return node?.opType === 'Constant';
      at = node.inputs[0] ?? '';
    }
    return false;
  }

  /** Shape of a matrix that follows from a constant, possibly turned over; undefined where that is not plain. */
  matrixDims(name: string): readonly [rows: number, columns: number] | undefined {
    const source = this.matrixSource(name);
    if (source === undefined) return undefined;
    const [rows, columns] = source.tensor.dims;
    return source.isTurned ? [columns, rows] : [rows, columns];
  }

  /** The constant matrix that a tensor is, in its own form or turned over; undefined where that is not plain. */
  matrixSource(name: string): { tensor: OnnxTensor; isTurned: boolean } | undefined {
    let at = name;
    let isTurned = false;
    for (let step = 0; step < 16; step++) {
      const tensor = this.#constants.get(at);
      if (tensor) return tensor.dims.length === 2 ? { tensor, isTurned } : undefined;
      const node = this.#producers.get(at);
      if (node === undefined || !['Transpose', 'Cast', 'Identity', 'DequantizeLinear'].includes(node.opType))
        return undefined;
      if (node.opType === 'Transpose') isTurned = !isTurned;
      at = node.inputs[0] ?? '';
    }
    return undefined;
  }
}

/** A whole-number attribute, or its default where the node has none. */
export function intAttribute(node: OnnxNode, name: string, fallback: number): number {
  const attribute = node.attributes[name];
  return attribute?.kind === 'int' ? Number(attribute.value) : fallback;
}

export function floatAttribute(node: OnnxNode, name: string, fallback: number): number {
  const attribute = node.attributes[name];
  return attribute?.kind === 'float' ? attribute.value : fallback;
}

/**
 * A whole model with which something cannot be done: `bad-input`, as `data.op` the operator or input that stands in the
 * way. Files that are damaged have no `op`.
 */
export function unsupported(problem: string, op: string): AppError {
  return new AppError('bad-input', `This model cannot be used here: ${problem}.`, { op });
}
