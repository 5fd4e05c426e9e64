import { toFloat16 } from '../../src/onnx/index.ts';
import { SeededRandom } from '../../src/platform/index.ts';

/** Inputs that share a scale in q4 exports of the hub. */
export const blockSize = 32;

/** Uniform numbers around `centre` with the given standard deviation; they depend on the seed and the name only. */
export function seededValues(
  seed: number,
  name: string,
  count: number,
  deviation: number,
  centre = 0,
): Float32Array {
  const random = new SeededRandom(seed).split(name);
  const values = new Float32Array(count);
  const width = (deviation * Math.sqrt(12)) / 2 ** 32;
  const start = centre - deviation * Math.sqrt(3);
  for (let i = 0; i < count; i++) values[i] = start + random.uint32() * width;
  return values;
}

/**
 * A weight `[out, in]` in symmetric blocks of four bits, rounded to nearest: `packed` as `MatMulNBits` wants it and
 * one scale a block. Unlike the recipe's quantization it searches no scale, so that half a billion weights take seconds.
 */
export function fourBitBlocks(values: Float32Array): { packed: Uint8Array; scales: Float32Array } {
  const packed = new Uint8Array(values.length / 2);
  const scales = new Float32Array(values.length / blockSize);
  for (let block = 0; block < scales.length; block++) {
    const start = block * blockSize;
    let extreme = 0;
    for (let i = start; i < start + blockSize; i++)
      if (Math.abs(values[i]) > Math.abs(extreme)) extreme = values[i];
    const scale = Math.fround(extreme / -8) || 1;
    scales[block] = scale;
    for (let i = start; i < start + blockSize; i += 2)
      packed[i / 2] = nibble(values[i] / scale) | (nibble(values[i + 1] / scale) << 4);
  }
  return { packed, scales };
}

function nibble(value: number): number {
  return Math.min(15, Math.max(0, Math.round(value) + 8));
}

/** `[rows, columns]` to `[columns, rows]`, as `MatMul` wants a weight. */
export function turned(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = values[row * columns + column];
  return result;
}

/** Little-endian bytes in the type of the file. */
export function floatBytes(values: Float32Array, isHalf: boolean): Uint8Array {
  const stored = isHalf ? toFloat16(values) : values;
  return new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
}
