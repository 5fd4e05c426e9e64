import { protobufFields, ProtobufWriter } from '../../src/onnx/protobuf.ts';
import { writeModel, type OnnxModel, type OnnxTensor } from '../../src/onnx/index.ts';
import type { ExportGraph, PendingTensor } from './exportGraph.ts';

/** A file in pieces, made one after another while they are written. */
export interface PiecewiseFile {
  readonly name: string;
  readonly pieces: () => Iterable<Uint8Array>;
}

/** Constants below this stay in the graph, where shapes are inferred from them. */
const smallestExternal = 1024;
/** Where large constants start in an external file: at pages, so that they can be mapped. */
const pageBytes = 4096;

/** Bytes of all constants of an export. */
export function weightBytes({ tensors }: ExportGraph): number {
  return tensors.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** The files of an export: the graph with its weights, or the graph and its weights in `<name>_data`. */
export function exportFiles(graph: ExportGraph, name: string, isExternal: boolean): PiecewiseFile[] {
  if (!isExternal) return [{ name, pieces: () => modelPieces(graph.model, graph.tensors) }];
  const location = `${name}_data`;
  const initializers: OnnxTensor[] = [];
  const placed: { tensor: PendingTensor; offset: number }[] = [];
  let end = 0;
  for (const tensor of graph.tensors) {
    const described = { name: tensor.name, dataType: tensor.dataType, dims: [...tensor.dims] };
    if (tensor.byteLength < smallestExternal) initializers.push({ ...described, data: tensor.make() });
    else {
      const offset = Math.ceil(end / pageBytes) * pageBytes;
      end = offset + tensor.byteLength;
      placed.push({ tensor, offset });
      const external = { location, offset, length: tensor.byteLength };
      initializers.push({ ...described, data: new Uint8Array(), external });
    }
  }
  const model = { ...graph.model, graph: { ...graph.model.graph, initializers } };
  return [
    { name, pieces: () => [writeModel(model)] },
    { name: location, pieces: () => externalPieces(placed) },
  ];
}

function* externalPieces(
  placed: readonly { tensor: PendingTensor; offset: number }[],
): Generator<Uint8Array> {
  let position = 0;
  for (const { tensor, offset } of placed) {
    yield new Uint8Array(offset - position);
    yield tensor.make();
    position = offset + tensor.byteLength;
  }
}

/** The encoded model, constant by constant: the lengths that protobuf wants first are known beforehand. */
function* modelPieces(model: OnnxModel, tensors: readonly PendingTensor[]): Generator<Uint8Array> {
  const bare = writeModel(model);
  const headers = tensors.map(tensorHeader);
  const added = headers.reduce((sum, header, index) => sum + header.length + tensors[index].byteLength, 0);
  for (const field of protobufFields(bare)) {
    if (field.number !== 7) {
      yield field.encoded;
      continue;
    }
    yield lengthPrefix(7, field.payload.length + added);
    yield field.payload;
    for (const [index, tensor] of tensors.entries()) {
      yield headers[index];
      yield tensor.make();
    }
  }
}

/** Everything of an initializer (field 5 of the graph) that comes before its raw bytes (its field 9). */
function tensorHeader({ name, dataType, dims, byteLength }: PendingTensor): Uint8Array {
  const described = new ProtobufWriter();
  for (const size of dims) described.int(1, size);
  const body = described.int(2, dataType).text(8, name).raw(lengthPrefix(9, byteLength)).finish();
  return new ProtobufWriter()
    .raw(lengthPrefix(5, body.length + byteLength))
    .raw(body)
    .finish();
}

/** Tag and length of a length-delimited field: an integer field with the same tag but for its wire type. */
function lengthPrefix(field: number, length: number): Uint8Array {
  const prefix = new ProtobufWriter().int(field, length).finish();
  // Fields below 16 have a tag of one byte; its last three bits are the wire type, 2 for bytes.
  prefix[0] |= 2;
  return prefix;
}
