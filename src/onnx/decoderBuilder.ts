import { AppError } from '../platform/index.ts';
import type { LinearWeight } from './decoderWeights.ts';
import { toFloat16 } from './float16.ts';
import {
  constantTensor,
  DataType,
  importOpset,
  int,
  ints,
  node,
  float,
  type OnnxAttribute,
  type OnnxModel,
} from './model.ts';

/** Element type of everything between the embedding and the logits. */
export type Activations = 'float32' | 'float16';

/** Domain of onnxruntime's own operators. */
export const contrib = 'com.microsoft';

type Dims = (number | string)[];

/** Adds the operations of a decoder to a model, one call per operation; each returns the name of its result. */
export class DecoderBuilder {
  readonly elementType: number;

  constructor(
    readonly model: OnnxModel,
    readonly activations: Activations,
  ) {
    this.elementType = DataType[activations];
    importOpset(model, contrib);
  }

  input(name: string, elementType: number, shape: Dims): string {
    this.model.graph.inputs.push({ name, elementType, shape });
    return name;
  }

  output(name: string, elementType: number, shape: Dims): void {
    this.model.graph.outputs.push({ name, elementType, shape });
  }

  node(
    opType: string,
    inputs: string[],
    outputs: string | string[],
    attributes: Record<string, OnnxAttribute> = {},
    domain = '',
  ): string {
    const names = typeof outputs === 'string' ? [outputs] : outputs;
    this.model.graph.nodes.push(node(opType, inputs, names, attributes, domain));
    return names[0];
  }

  /** Integers of shape `[n]`, or a scalar where `values` is a number. */
  integers(name: string, values: number | readonly number[]): string {
    const list = typeof values === 'number' ? [values] : values;
    const dims = typeof values === 'number' ? [] : [list.length];
    return this.constant(name, DataType.int64, dims, BigInt64Array.from(list, BigInt));
  }

  /** Floats in the type of the activations. */
  floats(name: string, dims: readonly number[], values: Float32Array): string {
    const stored = this.activations === 'float16' ? toFloat16(values) : values;
    return this.constant(name, this.elementType, dims, stored);
  }

  constant(name: string, dataType: number, dims: readonly number[], values: ArrayBufferView): string {
    this.model.graph.initializers.push(constantTensor(name, dataType, dims, values));
    return name;
  }

  reshape(input: string, shape: readonly number[], output: string): string {
    return this.node('Reshape', [input, this.integers(`${output}.shape`, shape)], output);
  }

  cast(input: string, dataType: number, output: string): string {
    return this.node('Cast', [input], output, { to: int(dataType) });
  }

  /** The largest value along the last axis, which stays as an axis of 1. */
  highestOfRow(input: string, output: string): string {
    const opset = this.model.opsetImports.find(({ domain }) => domain === '')?.version ?? 0;
    // Before opset 18 the axes of a maximum were an attribute.
    if (opset < 18) return this.node('ReduceMax', [input], output, { axes: ints([-1]), keepdims: int(1) });
    const axes = this.integers(`${output}.axes`, [-1]);
    return this.node('ReduceMax', [input, axes], output, { keepdims: int(1) });
  }

  /** RMSNorm of `input`, `[batch, tokens, hidden]`. */
  norm(input: string, weight: string, epsilon: number, output: string): string {
    const attributes = { axis: int(-1), epsilon: float(epsilon), stash_type: int(1) };
    return this.node('SimplifiedLayerNormalization', [input, weight], output, attributes);
  }

  /** Adds `branch` to `residual` in place of `sum` and gives its RMSNorm as `output`, in one operation. */
  addAndNorm(
    residual: string,
    branch: string,
    weight: string,
    epsilon: number,
    [output, sum]: readonly [output: string, sum: string],
  ): string {
    return this.node(
      'SkipSimplifiedLayerNormalization',
      [residual, branch, weight],
      [output, '', '', sum],
      { epsilon: float(epsilon) },
      contrib,
    );
  }

  /** `input` times the transposed weight `[out, in]`; constants are named after `name`. */
  linear(input: string, name: string, weight: LinearWeight, output: string): string {
    if (!('packed' in weight)) {
      const { outSize, inSize } = weight;
      this.floats(name, [inSize, outSize], transposed(weight.values, outSize, inSize));
      return this.node('MatMul', [input, name], output);
    }
    const { format, outSize, inSize, packed, scales, zeroPoints } = weight;
    const blocks = Math.ceil(inSize / format.blockSize);
    const blockBytes = (format.blockSize * format.bits) / 8;
    const inputs = [
      input,
      this.constant(`${name}.quants`, DataType.uint8, [outSize, blocks, blockBytes], packed),
      this.floats(`${name}.scales`, [outSize * blocks], scales),
    ];
    if (zeroPoints)
      inputs.push(this.constant(`${name}.zero_points`, DataType.uint8, [zeroPoints.length], zeroPoints));
    const attributes = {
      K: int(inSize),
      N: int(outSize),
      bits: int(format.bits),
      block_size: int(format.blockSize),
    };
    return this.node('MatMulNBits', inputs, output, attributes, contrib);
  }
}

/** `[rows, columns]` to `[columns, rows]`. */
export function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  if (values.length !== rows * columns)
    throw new AppError('internal', 'A matrix does not have its own size.');
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = values[row * columns + column];
  return result;
}
