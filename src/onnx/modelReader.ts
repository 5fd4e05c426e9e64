import type { OnnxAttribute, OnnxGraph, OnnxModel, OnnxNode, ValueInfo } from './model.ts';
import {
  expectBytes,
  fieldFloat,
  fieldInt,
  fieldInts,
  fieldText,
  malformed,
  protobufFields,
  ProtobufWriter,
  WireType,
  type ProtobufField,
} from './protobuf.ts';
import { readTensor } from './tensorReader.ts';

/** Deepest nesting of subgraphs (`If` inside `Loop` …) that is read; real models stay below 4. */
const maxDepth = 16;

/**
 * Decodes an `.onnx` file. Tensor data are views into `bytes`. What is not modelled is kept verbatim, so that
 * `writeModel(readModel(bytes))` means the same model. Throws `bad-input` for anything that is no ONNX model.
 */
export function readModel(bytes: Uint8Array): OnnxModel {
  const model: OnnxModel = {
    irVersion: 0,
    producer: '',
    opsetImports: [],
    graph: { name: '', nodes: [], initializers: [], inputs: [], outputs: [], valueInfos: [] },
  };
  let graphs = 0;
  const extra = new ProtobufWriter();
  for (const field of protobufFields(bytes)) {
    if (field.number === 1) model.irVersion = smallInt(field);
    else if (field.number === 2) model.producer = fieldText(field);
    else if (field.number === 7) {
      model.graph = readGraph(expectBytes(field), 0);
      graphs++;
    } else if (field.number === 8) model.opsetImports.push(readOpset(expectBytes(field)));
    else extra.raw(field.encoded);
  }
  if (graphs !== 1) throw malformed(`it holds ${graphs} graphs`);
  return { ...model, ...kept(extra) };
}

function readOpset(message: Uint8Array): { domain: string; version: number } {
  const opset = { domain: '', version: 0 };
  for (const field of protobufFields(message)) {
    if (field.number === 1) opset.domain = fieldText(field);
    else if (field.number === 2) opset.version = smallInt(field);
  }
  return opset;
}

function readGraph(message: Uint8Array, depth: number): OnnxGraph {
  if (depth > maxDepth) throw malformed(`graphs are nested deeper than ${maxDepth}`);
  const graph: OnnxGraph = { name: '', nodes: [], initializers: [], inputs: [], outputs: [], valueInfos: [] };
  const extra = new ProtobufWriter();
  for (const field of protobufFields(message)) {
    if (field.number === 1) graph.nodes.push(readNode(expectBytes(field), depth));
    else if (field.number === 2) graph.name = fieldText(field);
    else if (field.number === 5) graph.initializers.push(readTensor(expectBytes(field)));
    else if (field.number === 11) graph.inputs.push(readValueInfo(expectBytes(field)));
    else if (field.number === 12) graph.outputs.push(readValueInfo(expectBytes(field)));
    else if (field.number === 13) graph.valueInfos.push(readValueInfo(expectBytes(field)));
    else extra.raw(field.encoded);
  }
  return { ...graph, ...kept(extra) };
}

function readNode(message: Uint8Array, depth: number): OnnxNode {
  const node: OnnxNode = { name: '', opType: '', domain: '', inputs: [], outputs: [], attributes: {} };
  const attributes: [string, OnnxAttribute][] = [];
  const extra = new ProtobufWriter();
  for (const field of protobufFields(message)) {
    if (field.number === 1) node.inputs.push(fieldText(field));
    else if (field.number === 2) node.outputs.push(fieldText(field));
    else if (field.number === 3) node.name = fieldText(field);
    else if (field.number === 4) node.opType = fieldText(field);
    else if (field.number === 5) attributes.push(readAttribute(expectBytes(field), depth));
    else if (field.number === 7) node.domain = fieldText(field);
    else extra.raw(field.encoded);
  }
  // Unlike an assignment, fromEntries keeps an attribute that a file names `__proto__`.
  return { ...node, attributes: Object.fromEntries(attributes), ...kept(extra) };
}

function readAttribute(message: Uint8Array, depth: number): [string, OnnxAttribute] {
  let name = '';
  let type = 0;
  let value: OnnxAttribute | undefined;
  const floats: number[] = [];
  const ints: (number | bigint)[] = [];
  for (const field of protobufFields(message)) {
    if (field.number === 1) name = fieldText(field);
    else if (field.number === 2) value = { kind: 'float', value: fieldFloat(field) };
    else if (field.number === 3) value = { kind: 'int', value: fieldInt(field) };
    else if (field.number === 4) value = { kind: 'text', value: fieldText(field) };
    else if (field.number === 5) value = { kind: 'tensor', value: readTensor(expectBytes(field)) };
    else if (field.number === 6) value = { kind: 'graph', value: readGraph(expectBytes(field), depth + 1) };
    else if (field.number === 7) floats.push(...readFloats(field));
    else if (field.number === 8) ints.push(...fieldInts(field));
    else if (field.number === 20) type = smallInt(field);
  }
  if (name === '') throw malformed('an attribute has no name');
  if (type === 6) return [name, { kind: 'floats', value: floats }];
  if (type === 7) return [name, { kind: 'ints', value: ints }];
  return [name, value ?? defaultAttribute(type, message)];
}

/** proto3 writers leave out a value that equals the default, so a typed attribute may come without one. */
function defaultAttribute(type: number, message: Uint8Array): OnnxAttribute {
  if (type === 1) return { kind: 'float', value: 0 };
  if (type === 2) return { kind: 'int', value: 0 };
  if (type === 3) return { kind: 'text', value: '' };
  return { kind: 'other', encoded: message };
}

function readFloats(field: ProtobufField): number[] {
  if (field.wireType === WireType.fixed32) return [fieldFloat(field)];
  const payload = expectBytes(field);
  if (payload.length % 4 !== 0) throw malformed('a list of floats ends inside one');
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  return Array.from({ length: payload.length / 4 }, (_, index) => view.getFloat32(index * 4, true));
}

function readValueInfo(message: Uint8Array): ValueInfo {
  const value: ValueInfo = { name: '', elementType: 0 };
  const extra = new ProtobufWriter();
  for (const field of protobufFields(message)) {
    if (field.number === 1) value.name = fieldText(field);
    else if (field.number === 2) readType(field, value, extra);
    else extra.raw(field.encoded);
  }
  return { ...value, ...kept(extra) };
}

function readType(type: ProtobufField, value: ValueInfo, extra: ProtobufWriter): void {
  for (const field of protobufFields(expectBytes(type))) {
    // Sequences, optionals and maps are kept as they are.
    if (field.number !== 1) {
      extra.raw(type.encoded);
      return;
    }
    for (const tensorField of protobufFields(expectBytes(field))) {
      if (tensorField.number === 1) value.elementType = smallInt(tensorField);
      else if (tensorField.number === 2) value.shape = readShape(expectBytes(tensorField));
    }
  }
}

function readShape(message: Uint8Array): (number | string | null)[] {
  const shape: (number | string | null)[] = [];
  for (const field of protobufFields(message)) {
    if (field.number !== 1) continue;
    let size: number | string | null = null;
    for (const dimension of protobufFields(expectBytes(field))) {
      if (dimension.number === 1) size = smallInt(dimension);
      else if (dimension.number === 2) size = fieldText(dimension);
    }
    shape.push(size);
  }
  return shape;
}

/** An integer that must be exact as a number: sizes, versions, type codes. */
function smallInt(field: ProtobufField): number {
  const value = fieldInt(field);
  if (typeof value === 'bigint') throw malformed(`${value} is beyond any size`);
  return value;
}

/** `extra` for an object, or nothing where every field was understood. */
function kept(extra: ProtobufWriter): { extra?: Uint8Array } {
  const encoded = extra.finish();
  return encoded.length === 0 ? {} : { extra: encoded };
}
