import { AppError } from '../platform/index.ts';

/** Wire types of protobuf that ONNX uses (the group types are long deprecated). */
export const WireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder('utf-8', { fatal: true });

/** Collects the fields of one message. Byte arrays are kept by reference and copied once, in `finish`. */
export class ProtobufWriter {
  private readonly parts: Uint8Array[] = [];
  private length = 0;

  /** Signed integers are written as 64-bit two's complement, as `int32` and `int64` fields want it. */
  int(field: number, value: number | bigint): this {
    return this.raw(varint(field * 8 + WireType.varint)).raw(varint(value));
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.raw(varint(field * 8 + WireType.fixed32)).raw(bytes);
  }

  bytes(field: number, value: Uint8Array): this {
    return this.raw(varint(field * 8 + WireType.bytes))
      .raw(varint(value.length))
      .raw(value);
  }

  text(field: number, value: string): this {
    return this.bytes(field, textEncoder.encode(value));
  }

  message(field: number, value: ProtobufWriter): this {
    this.raw(varint(field * 8 + WireType.bytes)).raw(varint(value.length));
    for (const part of value.parts) this.raw(part);
    return this;
  }

  /** Appends fields that are already encoded. */
  raw(encoded: Uint8Array): this {
    this.parts.push(encoded);
    this.length += encoded.length;
    return this;
  }

  finish(): Uint8Array<ArrayBuffer> {
    const encoded = new Uint8Array(this.length);
    let offset = 0;
    for (const part of this.parts) {
      encoded.set(part, offset);
      offset += part.length;
    }
    return encoded;
  }
}

/** One field of a message. `encoded` is the whole field with its tag, for passing on what is not understood. */
export interface ProtobufField {
  readonly number: number;
  readonly wireType: number;
  /** The value of a varint field as an unsigned 64-bit number; 0 for the other wire types. */
  readonly varint: bigint;
  /** The payload of the other wire types, a view into the message; empty for a varint. */
  readonly payload: Uint8Array;
  readonly encoded: Uint8Array;
}

/**
 * Walks the fields of a message without copying it. Throws `bad-input` where the bytes are no protobuf: a length
 * that points beyond the end is refused before anything is allocated.
 */
export function* protobufFields(message: Uint8Array): Generator<ProtobufField> {
  let offset = 0;
  const readVarint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message[offset];
      if (byte === undefined) throw malformed('it ends inside a number');
      offset++;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw malformed('a number is longer than 64 bits');
  };
  while (offset < message.length) {
    const start = offset;
    const tag = readVarint();
    const wireType = Number(tag & 7n);
    const number = Number(tag >> 3n);
    if (number < 1 || number > 0x1fffffff) throw malformed(`field number ${number} is out of range`);
    if (wireType === WireType.varint) {
      const value = readVarint();
      const encoded = message.subarray(start, offset);
      yield { number, wireType, varint: value, payload: message.subarray(offset, offset), encoded };
      continue;
    }
    const length = payloadLength(wireType, readVarint);
    if (length > message.length - offset)
      throw malformed(`field ${number} claims ${length} bytes where ${message.length - offset} are left`);
    const payload = message.subarray(offset, offset + length);
    offset += length;
    yield { number, wireType, varint: 0n, payload, encoded: message.subarray(start, offset) };
  }
}

/** The text of a length-delimited field; throws `bad-input` where it is not UTF-8. */
export function fieldText(field: ProtobufField): string {
  try {
    return textDecoder.decode(expectBytes(field));
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw malformed(`field ${field.number} is not UTF-8 text`);
  }
}

/** A signed 64-bit integer: a number where exact, a bigint beyond 2^53. */
export function fieldInt(field: ProtobufField): number | bigint {
  if (field.wireType !== WireType.varint) throw malformed(`field ${field.number} should be a number`);
  return signedInt(field.varint);
}

/** A repeated integer field, packed or not: the values this occurrence adds. */
export function fieldInts(field: ProtobufField): (number | bigint)[] {
  if (field.wireType !== WireType.bytes) return [fieldInt(field)];
  const values: (number | bigint)[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of field.payload) {
    value |= BigInt(byte & 127) << shift;
    shift += 7n;
    if (byte < 128) {
      values.push(signedInt(value));
      value = 0n;
      shift = 0n;
    } else if (shift >= 70n) throw malformed('a number is longer than 64 bits');
  }
  if (shift > 0n) throw malformed('it ends inside a number');
  return values;
}

/** A 32-bit float field. */
export function fieldFloat(field: ProtobufField): number {
  if (field.wireType !== WireType.fixed32) throw malformed(`field ${field.number} should be a float`);
  return new DataView(field.payload.buffer, field.payload.byteOffset, 4).getFloat32(0, true);
}

/** The payload of a length-delimited field. */
export function expectBytes(field: ProtobufField): Uint8Array {
  if (field.wireType !== WireType.bytes) throw malformed(`field ${field.number} should be bytes`);
  return field.payload;
}

export function malformed(reason: string): AppError {
  return new AppError('bad-input', `This is not a readable ONNX model: ${reason}.`);
}

function payloadLength(wireType: number, readVarint: () => bigint): number {
  if (wireType === WireType.bytes) return Number(readVarint());
  if (wireType === WireType.fixed64) return 8;
  if (wireType === WireType.fixed32) return 4;
  throw malformed(`wire type ${wireType} is unknown`);
}

function signedInt(unsigned: bigint): number | bigint {
  const value = BigInt.asIntN(64, unsigned);
  const asNumber = Number(value);
  return Number.isSafeInteger(asNumber) ? asNumber : value;
}

function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
