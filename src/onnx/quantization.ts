import { AppError } from '../platform/index.ts';

/** How a linear weight is stored by `MatMulNBits`: blocks of `blockSize` inputs share one scale. */
export interface QuantizationFormat {
  readonly bits: 4 | 8;
  readonly blockSize: 16 | 32 | 64 | 128;
  /** True: the zero point is `2^(bits-1)` everywhere. False: each block has its own. */
  readonly symmetric: boolean;
}

/** A weight `[out, in]` in the layout of onnxruntime's `MatMulNBits`. */
export interface QuantizedMatrix {
  readonly format: QuantizationFormat;
  readonly outSize: number;
  readonly inSize: number;
  /** `[out, blocks, blockSize · bits / 8]`; 4 bits: low nibble first. Inputs beyond `in` are padding. */
  readonly packed: Uint8Array;
  /** `[out, blocks]` */
  readonly scales: Float32Array;
  /** `[out, ⌈blocks · bits / 8⌉]`, packed like the weights; absent where symmetric. */
  readonly zeroPoints?: Uint8Array;
}

/** Fractions of the full range that the scale search tries: a smaller step can beat a clipped outlier. */
const rangeFractions = [1, 0.97, 0.94, 0.91, 0.88, 0.85, 0.82, 0.78, 0.74, 0.7];

/**
 * Quantizes a weight `[out, in]`, block by block along `in`, to nearest; at 4 bits each block takes the scale of
 * a short search that leaves the smallest squared error, at 8 bits the full range is as good.
 */
export function quantizeMatrix(
  weight: Float32Array,
  outSize: number,
  inSize: number,
  format: QuantizationFormat,
): QuantizedMatrix {
  if (weight.length !== outSize * inSize)
    throw new AppError(
      'bad-input',
      `A weight of ${outSize} × ${inSize} cannot have ${weight.length} elements.`,
    );
  const { bits, blockSize, symmetric } = format;
  const blocks = Math.ceil(inSize / blockSize);
  const zeroRow = Math.ceil((blocks * bits) / 8);
  const packed = new Uint8Array((outSize * blocks * blockSize * bits) / 8);
  const scales = new Float32Array(outSize * blocks);
  const zeroPoints = symmetric ? undefined : new Uint8Array(outSize * zeroRow);
  const fractions = bits === 4 ? rangeFractions : [1];

  for (let row = 0; row < outSize; row++)
    for (let block = 0; block < blocks; block++) {
      const start = row * inSize + block * blockSize;
      const values = weight.subarray(start, Math.min(start + blockSize, (row + 1) * inSize));
      const grid = bestGrid(values, bits, symmetric, fractions);
      const blockIndex = row * blocks + block;
      scales[blockIndex] = grid.scale;
      if (zeroPoints) writeQuant(zeroPoints, row * zeroRow, block, grid.zero, bits);
      const offset = (blockIndex * blockSize * bits) / 8;
      for (let i = 0; i < blockSize; i++) {
        const quant = i < values.length ? nearest(values[i], grid, bits) : grid.zero;
        writeQuant(packed, offset, i, quant, bits);
      }
    }
  return { format, outSize, inSize, packed, scales, ...(zeroPoints && { zeroPoints }) };
}

/** The weight `[out, in]` that the quantized matrix stands for. */
export function dequantizeMatrix(matrix: QuantizedMatrix): Float32Array {
  const { bits, blockSize } = matrix.format;
  const { outSize, inSize, packed, scales, zeroPoints } = matrix;
  const blocks = Math.ceil(inSize / blockSize);
  const zeroRow = Math.ceil((blocks * bits) / 8);
  const weight = new Float32Array(outSize * inSize);
  for (let row = 0; row < outSize; row++)
    for (let column = 0; column < inSize; column++) {
      const block = Math.floor(column / blockSize);
      const blockIndex = row * blocks + block;
      const quant = readQuant(packed, (blockIndex * blockSize * bits) / 8, column % blockSize, bits);
      const zero = zeroPoints ? readQuant(zeroPoints, row * zeroRow, block, bits) : 2 ** (bits - 1);
      weight[row * inSize + column] = (quant - zero) * scales[blockIndex];
    }
  return weight;
}

/** Quantized matrices of one format and input size, stacked along their outputs. */
export function concatenateMatrices(matrices: readonly QuantizedMatrix[]): QuantizedMatrix {
  const [first] = matrices;
  const zeroPoints = matrices.flatMap((matrix) => matrix.zeroPoints ?? []);
  return {
    format: first.format,
    outSize: matrices.reduce((total, matrix) => total + matrix.outSize, 0),
    inSize: first.inSize,
    packed: concatenateBytes(matrices.map((matrix) => matrix.packed)),
    scales: Float32Array.from(matrices.flatMap((matrix) => [...matrix.scales])),
    ...(first.zeroPoints && { zeroPoints: concatenateBytes(zeroPoints) }),
  };
}

/** The matrix times a constant. */
export function scaleMatrix(matrix: QuantizedMatrix, factor: number): QuantizedMatrix {
  return { ...matrix, scales: matrix.scales.map((scale) => scale * factor) };
}

function concatenateBytes(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

interface Grid {
  scale: number;
  zero: number;
}

function bestGrid(values: Float32Array, bits: 4 | 8, symmetric: boolean, fractions: readonly number[]): Grid {
  let best = symmetric ? symmetricGrid(values, bits, 1) : rangeGrid(values, bits, 1);
  let bestError = squaredError(values, best, bits);
  for (const fraction of fractions.slice(1)) {
    const grid = symmetric ? symmetricGrid(values, bits, fraction) : rangeGrid(values, bits, fraction);
    const error = squaredError(values, grid, bits);
    if (error < bestError) [best, bestError] = [grid, error];
  }
  return best;
}

/** The value of largest magnitude, whatever its sign, takes the grid's one extra negative level. */
function symmetricGrid(values: Float32Array, bits: 4 | 8, fraction: number): Grid {
  let extreme = 0;
  for (const value of values) if (Math.abs(value) > Math.abs(extreme)) extreme = value;
  const zero = 2 ** (bits - 1);
  return { scale: Math.fround((-extreme * fraction) / zero) || 1, zero };
}

/** Zero stays on the grid, so that padding and exact zeros survive. */
function rangeGrid(values: Float32Array, bits: 4 | 8, fraction: number): Grid {
  let lowest = 0;
  let highest = 0;
  for (const value of values) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  const levels = 2 ** bits - 1;
  const scale = Math.fround(((highest - lowest) * fraction) / levels) || 1;
  return { scale, zero: Math.min(levels, Math.max(0, Math.round((-lowest * fraction) / scale))) };
}

function squaredError(values: Float32Array, grid: Grid, bits: 4 | 8): number {
  let sum = 0;
  for (const value of values) sum += (value - (nearest(value, grid, bits) - grid.zero) * grid.scale) ** 2;
  return sum;
}

function nearest(value: number, grid: Grid, bits: 4 | 8): number {
  return Math.min(2 ** bits - 1, Math.max(0, Math.round(value / grid.scale) + grid.zero));
}

function readQuant(bytes: Uint8Array, offset: number, index: number, bits: 4 | 8): number {
  if (bits === 8) return bytes[offset + index];
  return (bytes[offset + (index >> 1)] >> (4 * (index & 1))) & 15;
}

function writeQuant(bytes: Uint8Array, offset: number, index: number, quant: number, bits: 4 | 8): void {
  if (bits === 8) bytes[offset + index] = quant;
  else bytes[offset + (index >> 1)] |= quant << (4 * (index & 1));
}
