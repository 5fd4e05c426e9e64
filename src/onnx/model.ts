import { AppError } from '../platform/index.ts';
import { elementCount } from './llamaConfig.ts';

/** Element types by ONNX's own numbers (TensorProto.DataType). */
export const DataType = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
  uint4: 21,
  int4: 22,
} as const;

/** Integers are numbers where exact and bigints beyond 2^53. */
export type OnnxInteger = number | bigint;

/** An attribute of a node. `other` keeps an encoding that this code does not interpret. */
export type OnnxAttribute =
  | { readonly kind: 'int'; readonly value: OnnxInteger }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'ints'; readonly value: readonly OnnxInteger[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'tensor'; readonly value: OnnxTensor }
  | { readonly kind: 'graph'; readonly value: OnnxGraph }
  | { readonly kind: 'other'; readonly encoded: Uint8Array };

/** Where the bytes of a tensor lie outside the model file: a file beside it, offset and length in bytes. */
export interface ExternalData {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/** A constant of the graph: little-endian `data`, or `external` bytes that the caller of the runtime supplies. */
export interface OnnxTensor {
  name: string;
  dataType: number;
  dims: number[];
  data: Uint8Array;
  external?: ExternalData;
  extra?: Uint8Array;
}

/** One operation. Inputs that are left out are empty strings, as in ONNX. */
export interface OnnxNode {
  name: string;
  opType: string;
  domain: string;
  inputs: string[];
  outputs: string[];
  attributes: Record<string, OnnxAttribute>;
  extra?: Uint8Array;
}

/** A named dimension is a string, an unknown one null; `shape` is absent where the rank itself is unknown. */
export interface ValueInfo {
  name: string;
  elementType: number;
  shape?: (number | string | null)[];
  extra?: Uint8Array;
}

export interface OnnxGraph {
  name: string;
  nodes: OnnxNode[];
  initializers: OnnxTensor[];
  inputs: ValueInfo[];
  outputs: ValueInfo[];
  valueInfos: ValueInfo[];
  extra?: Uint8Array;
}

/** A whole model, open to editing. `extra` fields are the parts of a file not modelled here, written back verbatim. */
export interface OnnxModel {
  irVersion: number;
  producer: string;
  opsetImports: { domain: string; version: number }[];
  graph: OnnxGraph;
  extra?: Uint8Array;
}

export const int = (value: OnnxInteger): OnnxAttribute => ({ kind: 'int', value });
export const float = (value: number): OnnxAttribute => ({ kind: 'float', value });
export const text = (value: string): OnnxAttribute => ({ kind: 'text', value });
export const ints = (value: readonly OnnxInteger[]): OnnxAttribute => ({ kind: 'ints', value });

/** An empty model for onnxruntime ≥ 1.17: opset 20 of the standard operators, IR version 9. */
export function emptyModel(name: string): OnnxModel {
  return {
    irVersion: 9,
    producer: 'onward',
    opsetImports: [{ domain: '', version: 20 }],
    graph: { name, nodes: [], initializers: [], inputs: [], outputs: [], valueInfos: [] },
  };
}

/** Lets the model use operators of a further domain, such as `com.microsoft`. */
export function importOpset(model: OnnxModel, domain: string, version = 1): void {
  if (!model.opsetImports.some((opset) => opset.domain === domain))
    model.opsetImports.push({ domain, version });
}

/** A node; its name is that of its first output, which is unique in a graph. */
export function node(
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Record<string, OnnxAttribute> = {},
  domain = '',
): OnnxNode {
  return {
    name: outputs[0] ?? opType,
    opType,
    domain,
    inputs: [...inputs],
    outputs: [...outputs],
    attributes,
  };
}

/** A constant over the bytes of `values`, which are not copied. Throws `internal` where the shape disagrees. */
export function constantTensor(
  name: string,
  dataType: number,
  dims: readonly number[],
  values: ArrayBufferView,
): OnnxTensor {
  const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const expected = byteLength(dataType, dims);
  if (expected !== undefined && expected !== data.length)
    throw new AppError('internal', `Constant ${name}: ${data.length} bytes for a shape of ${expected}.`, {
      name,
    });
  return { name, dataType, dims: [...dims], data };
}

/** Bytes that a tensor of this type and shape takes, or undefined for a type without a fixed size. */
export function byteLength(dataType: number, dims: readonly number[]): number | undefined {
  const bits = elementBits.get(dataType);
  return bits === undefined ? undefined : Math.ceil((elementCount(dims) * bits) / 8);
}

const elementBits = new Map<number, number>([
  [DataType.float32, 32],
  [DataType.uint8, 8],
  [DataType.int8, 8],
  [DataType.uint16, 16],
  [DataType.int16, 16],
  [DataType.int32, 32],
  [DataType.int64, 64],
  [DataType.bool, 8],
  [DataType.float16, 16],
  [DataType.float64, 64],
  [DataType.uint32, 32],
  [DataType.uint64, 64],
  [DataType.bfloat16, 16],
  [DataType.uint4, 4],
  [DataType.int4, 4],
]);
