import { elementCount, toFloat16 } from '../../onnx/index.ts';
import { AppError } from '../../platform/index.ts';

/** Element types that are read; `BF16`, which PEFT may write, is not written. */
export type SafetensorsType = 'F32' | 'F16' | 'BF16';

export const bytesPerElement: Readonly<Record<SafetensorsType, number>> = { F32: 4, F16: 2, BF16: 2 };

/** A tensor in float32, whatever its file holds. */
export interface FloatTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** What the header says of one tensor: a range of the bytes after it. */
export interface TensorEntry {
  readonly dtype: SafetensorsType;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [start: number, end: number];
}

/**
 * A safetensors file: 8 bytes with the length of the header, JSON that names every tensor's type, shape and bytes, then the
 * bytes themselves without gaps. The header is padded with spaces, so that tensors start at a multiple of 8 bytes.
 * (huggingface/safetensors, README, "Format".) Throws `bad-input` where a value does not fit float16.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, FloatTensor>,
  { dtype = 'F32', metadata = {} }: { dtype?: 'F32' | 'F16'; metadata?: Record<string, string> } = {},
): Uint8Array<ArrayBuffer> {
  const entries: Record<string, TensorEntry | Record<string, string>> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, values }] of tensors) {
    if (name in entries || elementCount(shape) !== values.length)
      throw new AppError('internal', `Tensor ${name} cannot be written: its name or its shape is wrong.`);
    const start = end;
    end += values.length * bytesPerElement[dtype];
    entries[name] = { dtype, shape, data_offsets: [start, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(entries));
  const headerLength = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + headerLength + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.fill(0x20, 8, 8 + headerLength).set(json, 8);
  let offset = 8 + headerLength;
  for (const [name, { values }] of tensors) {
    const bytes = dtype === 'F32' ? values : halves(name, values);
    file.set(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset);
    offset += bytes.byteLength;
  }
  return file;
}

function halves(name: string, values: Float32Array): Uint16Array {
  const tooLarge = values.find((value) => Number.isFinite(value) && Math.abs(value) >= 65_520);
  if (tooLarge !== undefined)
    throw new AppError('bad-input', `Tensor ${name} holds ${tooLarge}, which float16 cannot; write float32.`);
  return toFloat16(values);
}
