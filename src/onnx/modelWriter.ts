import type { OnnxAttribute, OnnxGraph, OnnxModel, OnnxNode, OnnxTensor, ValueInfo } from './model.ts';
import { ProtobufWriter } from './protobuf.ts';

/** Field numbers and attribute type codes below are those of onnx.proto (IR version 9). */
const AttributeType = { float: 1, int: 2, text: 3, tensor: 4, graph: 5, floats: 6, ints: 7 } as const;
const externalLocation = 1;

/** Encodes a model as an `.onnx` file. Data kept outside the file are referred to, not included. */
export function writeModel(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const writer = new ProtobufWriter().int(1, model.irVersion).text(2, model.producer);
  writer.message(7, graphMessage(model.graph));
  for (const { domain, version } of model.opsetImports)
    writer.message(8, new ProtobufWriter().text(1, domain).int(2, version));
  return withExtra(writer, model.extra).finish();
}

function graphMessage(graph: OnnxGraph): ProtobufWriter {
  const writer = new ProtobufWriter();
  for (const node of graph.nodes) writer.message(1, nodeMessage(node));
  writer.text(2, graph.name);
  for (const tensor of graph.initializers) writer.message(5, tensorMessage(tensor));
  for (const value of graph.inputs) writer.message(11, valueInfoMessage(value));
  for (const value of graph.outputs) writer.message(12, valueInfoMessage(value));
  for (const value of graph.valueInfos) writer.message(13, valueInfoMessage(value));
  return withExtra(writer, graph.extra);
}

function nodeMessage(node: OnnxNode): ProtobufWriter {
  const writer = new ProtobufWriter();
  for (const input of node.inputs) writer.text(1, input);
  for (const output of node.outputs) writer.text(2, output);
  writer.text(3, node.name).text(4, node.opType);
  for (const [name, attribute] of Object.entries(node.attributes))
    writer.message(5, attributeMessage(name, attribute));
  if (node.domain !== '') writer.text(7, node.domain);
  return withExtra(writer, node.extra);
}

function attributeMessage(name: string, attribute: OnnxAttribute): ProtobufWriter {
  const writer = new ProtobufWriter();
  if (attribute.kind === 'other') return writer.raw(attribute.encoded);
  writer.text(1, name);
  switch (attribute.kind) {
    case 'float':
      writer.float(2, attribute.value);
      break;
    case 'int':
      writer.int(3, attribute.value);
      break;
    case 'text':
      writer.text(4, attribute.value);
      break;
    case 'tensor':
      writer.message(5, tensorMessage(attribute.value));
      break;
    case 'graph':
      writer.message(6, graphMessage(attribute.value));
      break;
    case 'floats':
      for (const value of attribute.value) writer.float(7, value);
      break;
    case 'ints':
      for (const value of attribute.value) writer.int(8, value);
      break;
  }
  return writer.int(20, AttributeType[attribute.kind]);
}

function tensorMessage(tensor: OnnxTensor): ProtobufWriter {
  const writer = new ProtobufWriter();
  for (const size of tensor.dims) writer.int(1, size);
  writer.int(2, tensor.dataType).text(8, tensor.name);
  if (tensor.external === undefined) {
    if (tensor.data.length > 0) writer.bytes(9, tensor.data);
    return withExtra(writer, tensor.extra);
  }
  const { location, offset, length } = tensor.external;
  for (const [key, value] of Object.entries({ location, offset, length }))
    writer.message(13, new ProtobufWriter().text(1, key).text(2, String(value)));
  return withExtra(writer.int(14, externalLocation), tensor.extra);
}

function valueInfoMessage(value: ValueInfo): ProtobufWriter {
  const writer = new ProtobufWriter().text(1, value.name);
  if (value.elementType !== 0) {
    const tensorType = new ProtobufWriter().int(1, value.elementType);
    if (value.shape !== undefined) tensorType.message(2, shapeMessage(value.shape));
    writer.message(2, new ProtobufWriter().message(1, tensorType));
  }
  return withExtra(writer, value.extra);
}

function shapeMessage(shape: readonly (number | string | null)[]): ProtobufWriter {
  const writer = new ProtobufWriter();
  for (const size of shape) {
    const dimension = new ProtobufWriter();
    if (typeof size === 'number') dimension.int(1, size);
    if (typeof size === 'string') dimension.text(2, size);
    writer.message(1, dimension);
  }
  return writer;
}

function withExtra(writer: ProtobufWriter, extra: Uint8Array | undefined): ProtobufWriter {
  return extra === undefined ? writer : writer.raw(extra);
}
