import { elementCount, fromFloat16 } from '../../onnx/index.ts';
import { AppError } from '../../platform/index.ts';
import { repeatedName } from './headerJson.ts';
import { bytesPerElement, type FloatTensor, type SafetensorsType, type TensorEntry } from './safetensors.ts';

/** The limit of the reference implementation: no header is longer. */
const longestHeader = 100_000_000;

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, FloatTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads a safetensors file of floats; all become float32. Everything that the header says is checked before a number is
 * read. Throws `bad-input` that tells what is wrong with the file, and where.
 */
export function readSafetensors(file: Uint8Array): SafetensorsFile {
  const { header, data } = readHeader(file);
  const { __metadata__: metadata = {}, ...rest } = header;
  if (!isTextRecord(metadata)) throw damaged('its metadata are not texts');
  const entries = Object.entries(rest).map(([name, entry]) => [name, tensorEntry(name, entry)] as const);
  checkRanges(entries, data.length);
  return {
    tensors: new Map(entries.map(([name, entry]) => [name, readTensor(entry, data)])),
    metadata,
  };
}

function readHeader(file: Uint8Array): { header: Record<string, unknown>; data: Uint8Array } {
  if (file.length < 8) throw damaged(`it has ${file.length} bytes, too few for the length of a header`);
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  if (length > longestHeader)
    throw damaged(`its header claims ${length} bytes; no header is longer than 100 MB`);
  const end = 8 + Number(length);
  if (end > file.length)
    throw damaged(`it is cut off in its header, after ${file.length} of at least ${end} bytes`);
  const json = headerText(file.subarray(8, end));
  let header: unknown;
  try {
    header = JSON.parse(json);
  } catch {
    throw damaged('its header is no JSON');
  }
  if (!isRecord(header)) throw damaged('its header is no JSON object');
  const repeated = repeatedName(json);
  if (repeated !== null) throw damaged(`its header names ${repeated} twice`);
  return { header, data: file.subarray(end) };
}

function headerText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw damaged('its header is no text');
  }
}

function tensorEntry(name: string, entry: unknown): TensorEntry {
  if (!isRecord(entry)) throw damaged(`its header does not describe tensor ${name}`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== 'string' || !Object.hasOwn(bytesPerElement, dtype))
    throw damaged(`tensor ${name} has type ${String(dtype)}; only F32, F16 and BF16 are read`);
  if (!isSizes(shape)) throw damaged(`tensor ${name} has no valid shape`);
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[1] < offsets[0])
    throw damaged(`tensor ${name} has no valid data_offsets`);
  const [start, end] = offsets;
  const type = dtype as SafetensorsType;
  const expected = elementCount(shape) * bytesPerElement[type];
  if (end - start !== expected)
    throw damaged(
      `tensor ${name} has ${end - start} bytes where [${shape.join(', ')}] of ${type} takes ${expected}`,
    );
  return { dtype: type, shape, data_offsets: [start, end] };
}

/** The tensors must tile the data: no byte belongs to two of them, or to none. */
function checkRanges(entries: readonly (readonly [string, TensorEntry])[], dataLength: number): void {
  const inOrder = [...entries].sort(
    ([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1],
  );
  let end = 0;
  let previous = '';
  for (const [name, { data_offsets: range }] of inOrder) {
    if (range[0] < end) throw damaged(`tensors ${previous} and ${name} overlap`);
    if (range[0] > end)
      throw damaged(`bytes ${end} to ${range[0]} before tensor ${name} belong to no tensor`);
    [, end] = range;
    previous = name;
  }
  if (end > dataLength)
    throw damaged(`it is cut off: its tensors take ${end} bytes, and ${dataLength} are there`);
  if (end < dataLength) throw damaged(`${dataLength - end} bytes at its end belong to no tensor`);
}

function readTensor(
  { dtype, shape, data_offsets: [start, end] }: TensorEntry,
  data: Uint8Array,
): FloatTensor {
  // A copy: tensors may start at any byte, typed arrays only at multiples of their elements.
  const bytes = data.slice(start, end).buffer;
  if (dtype === 'F32') return { shape, values: new Float32Array(bytes) };
  const bits = new Uint16Array(bytes);
  return { shape, values: dtype === 'F16' ? fromFloat16(bits) : fromBfloat16(bits) };
}

/** bfloat16 is the upper half of a float32. */
function fromBfloat16(bits: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(bits, (half) => half << 16).buffer);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextRecord(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((text) => typeof text === 'string');
}

function damaged(problem: string): AppError {
  return new AppError('bad-input', `This safetensors file is damaged: ${problem}.`);
}
