import { byteLength, DataType, type ExternalData, type OnnxTensor } from './model.ts';
import {
  expectBytes,
  fieldInt,
  fieldInts,
  fieldText,
  malformed,
  protobufFields,
  ProtobufWriter,
  WireType,
  type ProtobufField,
} from './protobuf.ts';

/** Decodes a TensorProto; values in typed fields become little-endian bytes. Throws `bad-input`. */
export function readTensor(message: Uint8Array): OnnxTensor {
  const tensor: OnnxTensor = { name: '', dataType: 0, dims: [], data: new Uint8Array() };
  const external = new Map<string, string>();
  const fixedWidth = new ProtobufWriter();
  const integers: (number | bigint)[] = [];
  const extra = new ProtobufWriter();
  let isExternal = false;
  for (const field of protobufFields(message)) {
    if (field.number === 1) for (const size of fieldInts(field)) tensor.dims.push(dimension(size));
    else if (field.number === 2) tensor.dataType = Number(fieldInt(field));
    else if (field.number === 8) tensor.name = fieldText(field);
    else if (field.number === 9) tensor.data = expectBytes(field);
    // float_data and double_data already are little-endian values, packed or one by one.
    else if (field.number === 4 || field.number === 10) fixedWidth.raw(field.payload);
    else if (field.number === 5 || field.number === 7 || field.number === 11)
      for (const value of fieldInts(field)) integers.push(value);
    else if (field.number === 13) readEntry(field, external);
    else if (field.number === 14) isExternal = fieldInt(field) === 1;
    else extra.raw(field.encoded);
  }
  if (isExternal) tensor.external = externalData(external, tensor);
  else if (tensor.data.length === 0) tensor.data = typedData(fixedWidth.finish(), integers, tensor);
  const kept = extra.finish();
  if (kept.length > 0) tensor.extra = kept;
  checkLength(tensor);
  return tensor;
}

function dimension(size: number | bigint): number {
  if (typeof size === 'bigint' || size < 0) throw malformed(`a tensor has ${size} elements along one axis`);
  return size;
}

function readEntry(field: ProtobufField, entries: Map<string, string>): void {
  if (field.wireType !== WireType.bytes) throw malformed('external data are not described by text');
  let key = '';
  let value = '';
  for (const part of protobufFields(field.payload)) {
    if (part.number === 1) key = fieldText(part);
    else if (part.number === 2) value = fieldText(part);
  }
  entries.set(key, value);
}

function externalData(entries: Map<string, string>, tensor: OnnxTensor): ExternalData {
  const location = entries.get('location');
  if (location === undefined) throw malformed(`tensor ${tensor.name} lies in a file without a name`);
  const offset = Number(entries.get('offset') ?? '0');
  const length = Number(entries.get('length') ?? byteLength(tensor.dataType, tensor.dims) ?? NaN);
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0)
    throw malformed(`tensor ${tensor.name} has no valid place in ${location}`);
  return { location, offset, length };
}

function typedData(
  fixedWidth: Uint8Array,
  integers: readonly (number | bigint)[],
  { dataType }: OnnxTensor,
): Uint8Array {
  if (integers.length === 0) return fixedWidth;
  const width = byteLength(dataType, [1]) ?? 8;
  const bytes = new Uint8Array(integers.length * width);
  const view = new DataView(bytes.buffer);
  integers.forEach((integer, index) => {
    const value = BigInt(integer);
    for (let byte = 0; byte < width; byte++)
      view.setUint8(index * width + byte, Number(BigInt.asUintN(8, value >> BigInt(8 * byte))));
  });
  return bytes;
}

function checkLength(tensor: OnnxTensor): void {
  if (tensor.dataType === DataType.string) return;
  const expected = byteLength(tensor.dataType, tensor.dims);
  const actual = tensor.external?.length ?? tensor.data.length;
  if (expected !== undefined && expected !== actual)
    throw malformed(`tensor ${tensor.name} has ${actual} bytes where its shape takes ${expected}`);
}
