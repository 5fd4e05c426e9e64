import { DecoderBuilder } from '../decoderBuilder.ts';
import { DataType, int, type OnnxModel, type OnnxNode, type OnnxTensor } from '../model.ts';
import { GraphIndex, intAttribute, unsupported } from './graphIndex.ts';

/** An embedding table in blocks that share a scale: what one `GatherBlockQuantized` reads. */
interface BlockTable {
  readonly node: OnnxNode;
  readonly data: OnnxTensor;
  readonly zeroPoints: OnnxTensor | undefined;
  readonly scaleType: number;
  readonly bits: number;
  readonly columns: number;
  readonly blockSize: number;
}

/**
 * Replaces each `GatherBlockQuantized` by standard operators that unpack the rows that are asked for, in place: one of
 * onnxruntime's builds for browsers has the operator on GPUs only. Throws `bad-input` for forms that are not known.
 */
export function unpackBlockEmbeddings(model: OnnxModel): void {
  const { graph } = model;
  const index = new GraphIndex(graph);
  const tables = graph.nodes
    .filter(({ opType }) => opType === 'GatherBlockQuantized')
    .map((node) => readTable(node, index));
  graph.nodes = graph.nodes.filter(({ opType }) => opType !== 'GatherBlockQuantized');
  const g = new DecoderBuilder(model, 'float32');
  for (const table of tables) unpackRows(g, table);
}

function readTable(node: OnnxNode, index: GraphIndex): BlockTable {
  const [data, scales, zeroPoints] = [0, 2, 3].map((place) => storedTensor(node.inputs[place] ?? '', index));
  if (data === undefined || scales === undefined)
    throw unsupported('its embedding in blocks is no constant', node.opType);
  const bits = isNibbles(data) ? 4 : intAttribute(node, 'bits', 4);
  const blockSize = intAttribute(node, 'block_size', 128);
  const width = data.dims.slice(1).reduce((product, size) => product * size, 1);
  const columns = isNibbles(data) ? width : (width * 8) / bits;
  if (
    (data.dataType !== DataType.uint8 && !isNibbles(data)) ||
    (bits !== 4 && bits !== 8) ||
    intAttribute(node, 'gather_axis', 0) !== 0 ||
    ![1, -1].includes(intAttribute(node, 'quantize_axis', 1)) ||
    blockSize < 1 ||
    columns % (2 * blockSize) !== 0
  )
    throw unsupported(`its embedding has blocks of a form that is not known (${bits} bits)`, node.opType);
  return { node, data, zeroPoints, scaleType: scales.dataType, bits, columns, blockSize };
}

/** The constant behind a name, also one that gets another shape first. */
function storedTensor(name: string, index: GraphIndex): OnnxTensor | undefined {
  const reshaped = index.producer(name);
  return index.constant(reshaped?.opType === 'Reshape' ? reshaped.inputs[0] : name);
}

const isNibbles = ({ dataType }: OnnxTensor): boolean =>
  dataType === DataType.uint4 || dataType === DataType.int4;

/** (numbers − zero) · scale, of the asked rows only; in float32, then in the type of the scales. */
function unpackRows(g: DecoderBuilder, table: BlockTable): void {
  const { node, bits, data, zeroPoints, columns, blockSize, scaleType } = table;
  const [packed, ids, scales, zeros = ''] = node.inputs;
  const result = node.outputs[0];
  const blocks = columns / blockSize;
  const storage = { bits, isSigned: data.dataType === DataType.int4 };
  const zeroNumber = isNibbles(data) ? 0 : 2 ** (bits - 1);
  for (const tensor of [data, zeroPoints]) if (tensor) asBytes(tensor);

  const rows = unpacked(g, [packed, ids], storage, `${result}/rows`);
  const numbers = g.reshape(rows, [0, 0, blocks, blockSize], `${result}/numbers`);
  const zero =
    zeros === ''
      ? scalar(g, `${result}/zero`, zeroNumber)
      : g.reshape(
          unpacked(g, [zeros, ids], storage, `${result}/zeros`),
          [0, 0, blocks, 1],
          `${result}/zero_numbers`,
        );
  const centred = g.node('Sub', [numbers, zero], `${result}/centred`);
  const asked = g.node('Gather', [scales, ids], `${result}/scales`, { axis: int(0) });
  const wide = g.cast(asked, DataType.float32, `${result}/wide_scales`);
  const factors = g.reshape(wide, [0, 0, blocks, 1], `${result}/factors`);
  const scaled = g.node('Mul', [centred, factors], `${result}/scaled`);
  g.cast(g.reshape(scaled, [0, 0, columns], `${result}/whole`), scaleType, result);
}

/** The numbers of the asked rows of a packed table, as floats; two of four bits become an axis of their own. */
function unpacked(
  g: DecoderBuilder,
  [table, ids]: readonly [table: string, ids: string],
  { bits, isSigned }: { bits: number; isSigned: boolean },
  at: string,
): string {
  const rows = g.node('Gather', [table, ids], `${at}_packed`, { axis: int(0) });
  const bytes = g.cast(rows, DataType.float32, `${at}_bytes`);
  if (bits === 8) return bytes;
  const [high, low] = quotient(g, bytes, 16, `${at}_halves`);
  const axis = g.integers(`${at}_axis`, [-1]);
  const apart = [low, high].map((half) => g.node('Unsqueeze', [half, axis], `${half}_apart`));
  const nibbles = g.node('Concat', apart, `${at}_nibbles`, { axis: int(-1) });
  if (!isSigned) return nibbles;
  // 8 … 15 stand for −8 … −1.
  const [isNegative] = quotient(g, nibbles, 8, `${at}_signs`);
  const excess = g.node('Mul', [isNegative, scalar(g, `${at}_range`, 16)], `${at}_excess`);
  return g.node('Sub', [nibbles, excess], `${at}_signed`);
}

/** Whole quotient and rest, in floats, since not all devices divide bytes. */
function quotient(
  g: DecoderBuilder,
  numbers: string,
  divisor: number,
  at: string,
): [whole: string, rest: string] {
  const by = scalar(g, `${at}_divisor`, divisor);
  const whole = g.node('Floor', [g.node('Div', [numbers, by], `${at}_exact`)], `${at}_whole`);
  const rest = g.node('Sub', [numbers, g.node('Mul', [whole, by], `${at}_even`)], `${at}_rest`);
  return [whole, rest];
}

function scalar(g: DecoderBuilder, name: string, value: number): string {
  return g.constant(name, DataType.float32, [], Float32Array.of(value));
}

/** The same bytes, two numbers each, low bits first, which the runtime takes apart only in operators of its own. */
function asBytes(tensor: OnnxTensor): void {
  if (!isNibbles(tensor)) return;
  tensor.dataType = DataType.uint8;
  tensor.dims = [...tensor.dims.slice(0, -1), Math.ceil(tensor.dims[tensor.dims.length - 1] / 2)];
}
