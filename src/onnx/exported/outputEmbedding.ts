import { AppError } from '../../platform/index.ts';
import { fromFloat16 } from '../float16.ts';
import { byteLength, DataType, type OnnxNode, type OnnxTensor } from '../model.ts';
import { readModel } from '../modelReader.ts';
import { dequantizeMatrix, type QuantizationFormat } from '../quantization.ts';
import type { ExportFiles } from './externalWeights.ts';
import { GraphIndex, intAttribute, unsupported } from './graphIndex.ts';
import { findLanguageHead } from './languageHead.ts';

/**
 * Reads rows `[tokens × hiddenSize]` of an export's output embedding, in float32, as its head multiplies hidden states with
 * them: tied or not, quantized or not. The rest of the weights is not touched. Throws `unsupported` where the head stores
 * them in a form that is not known, `bad-input` where its file is not complete.
 */
export function outputEmbedding(files: ExportFiles): (tokens: readonly number[]) => Float32Array {
  const model = readModel(files.bytes);
  const index = new GraphIndex(model.graph);
  const { product, hiddenSize, vocabSize } = findLanguageHead(index);
  const rowOf =
    product.opType === 'MatMulNBits'
      ? quantizedRows(product, index, files)
      : denseRows(product, index, files, { hiddenSize, vocabSize });
  return (tokens) => {
    const rows = new Float32Array(tokens.length * hiddenSize);
    tokens.forEach((token, row) => {
      if (token < 0 || token >= vocabSize)
        throw new AppError('bad-input', `The model has no token ${token}.`, { token, vocabSize });
      rows.set(rowOf(token), row * hiddenSize);
    });
    return rows;
  };
}

type RowOf = (token: number) => Float32Array;

/** `[vocab, hidden]` where it is turned over for the product, as tied tables are; else `[hidden, vocab]`. */
function denseRows(
  product: OnnxNode,
  index: GraphIndex,
  files: ExportFiles,
  { hiddenSize, vocabSize }: { hiddenSize: number; vocabSize: number },
): RowOf {
  const source = index.matrixSource(product.inputs[1]);
  if (source === undefined)
    throw unsupported(`the weight of its head (${product.opType}) is no plain matrix`, product.opType);
  const { tensor } = source;
  const isByToken = source.isTurned !== (intAttribute(product, 'transB', 0) === 1);
  const floats = floatsOf(tensor, files);
  if (isByToken) return (token) => floats(token * hiddenSize, hiddenSize);
  return (token) =>
    Float32Array.from({ length: hiddenSize }, (_, place) => floats(place * vocabSize + token, 1)[0]);
}

/** A row of `MatMulNBits`: its blocks, scales and zero points lie together. */
function quantizedRows(product: OnnxNode, index: GraphIndex, files: ExportFiles): RowOf {
  const inSize = intAttribute(product, 'K', 0);
  const zeroPoints = product.inputs[3] ? index.constant(product.inputs[3]) : undefined;
  const format = formatOf(product, zeroPoints === undefined);
  const blocks = Math.ceil(inSize / format.blockSize);
  const [packed, scales] = [1, 2].map((place) => constant(index, product, place));
  const [packedRow, zeroRow] = [blocks * format.blockSize, blocks].map((size) =>
    Math.ceil((size * format.bits) / 8),
  );
  const bytes = bytesOf(packed, files);
  const zeroBytes = zeroPoints && bytesOf(zeroPoints, files);
  const scalesAt = floatsOf(scales, files);
  return (token) =>
    dequantizeMatrix({
      format,
      outSize: 1,
      inSize,
      packed: bytes.subarray(token * packedRow, (token + 1) * packedRow),
      scales: scalesAt(token * blocks, blocks),
      ...(zeroBytes && { zeroPoints: zeroBytes.subarray(token * zeroRow, (token + 1) * zeroRow) }),
    });
}

function formatOf(product: OnnxNode, symmetric: boolean): QuantizationFormat {
  const bits = intAttribute(product, 'bits', 4);
  const blockSize = intAttribute(product, 'block_size', 32);
  if (
    (bits === 4 || bits === 8) &&
    (blockSize === 16 || blockSize === 32 || blockSize === 64 || blockSize === 128)
  )
    return { bits, blockSize, symmetric };
  throw unsupported(`its head has ${bits} bits in blocks of ${blockSize}`, product.opType);
}

function constant(index: GraphIndex, { inputs, opType }: OnnxNode, place: number): OnnxTensor {
  const tensor = index.constant(inputs[place] ?? '');
  if (tensor === undefined) throw unsupported(`the weight of its head (${opType}) is no constant`, opType);
  return tensor;
}

/** Values of a float tensor from an element on; only what is asked for is read. */
function floatsOf(tensor: OnnxTensor, files: ExportFiles): (start: number, count: number) => Float32Array {
  const { dataType } = tensor;
  if (dataType !== DataType.float32 && dataType !== DataType.float16)
    throw unsupported(`the weight ${tensor.name} of its head holds no floats`, 'MatMul');
  const bytes = bytesOf(tensor, files);
  const width = dataType === DataType.float32 ? 4 : 2;
  return (start, count) => {
    // A copy begins at a multiple of the element's size.
    const { buffer } = bytes.slice(start * width, (start + count) * width);
    return width === 4 ? new Float32Array(buffer) : fromFloat16(new Uint16Array(buffer));
  };
}

function bytesOf({ name, data, external, dataType, dims }: OnnxTensor, files: ExportFiles): Uint8Array {
  if (external === undefined) return data;
  const file = external.location === files.name ? files.bytes : files.external?.get(external.location);
  const bytes = file?.subarray(external.offset, external.offset + external.length);
  if (bytes === undefined || bytes.length !== byteLength(dataType, dims))
    throw new AppError('bad-input', `${external.location} does not hold the weight ${name}.`, {
      file: external.location,
    });
  return bytes;
}
