import { toFloat16 } from './float16.ts';
import { constantTensor, DataType, emptyModel, int, node, type OnnxModel } from './model.ts';
import { writeModel } from './modelWriter.ts';

/*
 * Graphs of one operation, for what a device can do at best. Input `one` [1] float32 keeps the runtime from computing
 * them beforehand; output `sample` is one element of the answer, so that fetching it costs nothing.
 */

export interface ProductShape {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly elementType: 'float32' | 'float16';
}

/** `[rows, inner] · [inner, columns]` with a constant second factor, as a decoder's layers have it. */
export function bareProduct({ rows, inner, columns, elementType }: ProductShape): Uint8Array<ArrayBuffer> {
  const model = withInterface('product');
  const { nodes, initializers } = model.graph;
  const weight = new Float32Array(inner * columns).fill(1 / inner);
  const isHalf = elementType === 'float16';
  initializers.push(
    integers('shape', [rows, inner]),
    constantTensor('weight', DataType[elementType], [inner, columns], isHalf ? toFloat16(weight) : weight),
  );
  nodes.push(
    node('Expand', ['one', 'shape'], ['ones']),
    node('Cast', ['ones'], ['factor'], { to: int(DataType[elementType]) }),
    node('MatMul', ['factor', 'weight'], ['product']),
  );
  return sampled(model, 'product', 2);
}

/** Fills `elements` floats and adds one to each of them, `additions` times over. */
export function bareCopy(elements: number, additions: number): Uint8Array<ArrayBuffer> {
  const model = withInterface('copy');
  const { nodes, initializers } = model.graph;
  initializers.push(integers('shape', [elements]));
  nodes.push(node('Expand', ['one', 'shape'], ['sum.0']));
  for (let addition = 1; addition <= additions; addition++)
    nodes.push(node('Add', [`sum.${addition - 1}`, 'one'], [`sum.${addition}`]));
  return sampled(model, `sum.${additions}`, 1);
}

/** Bytes that `bareCopy` reads and writes. */
export function copiedBytes(elements: number, additions: number): number {
  return elements * Float32Array.BYTES_PER_ELEMENT * (1 + 2 * additions);
}

function withInterface(name: string): OnnxModel {
  const model = emptyModel(name);
  model.graph.inputs.push({ name: 'one', elementType: DataType.float32, shape: [1] });
  return model;
}

/** Ends the graph with the first element of `result`, a tensor of so many dimensions. */
function sampled(model: OnnxModel, result: string, dimensions: number): Uint8Array<ArrayBuffer> {
  const { nodes, initializers, outputs } = model.graph;
  const everywhere = (value: number) => new Array<number>(dimensions).fill(value);
  initializers.push(integers('first', everywhere(0)), integers('second', everywhere(1)));
  nodes.push(
    node('Slice', [result, 'first', 'second'], ['picked']),
    node('Cast', ['picked'], ['sample'], { to: int(DataType.float32) }),
  );
  outputs.push({ name: 'sample', elementType: DataType.float32, shape: everywhere(1) });
  return writeModel(model);
}

function integers(name: string, values: readonly number[]) {
  return constantTensor(name, DataType.int64, [values.length], BigInt64Array.from(values, BigInt));
}
