import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../../src/predictors/files/safetensorsReader.ts';
import { writeSafetensors, type FloatTensor } from '../../src/predictors/files/safetensors.ts';
import { fromFloat16, toFloat16 } from '../../src/onnx/index.ts';

const tensors = new Map<string, FloatTensor>([
  ['a.weight', { shape: [2, 3], values: Float32Array.of(1, -2, 0.5, 1e-3, 65504, -0) }],
  ['title “é”', { shape: [3], values: Float32Array.of(0.1, 0.2, 0.3) }],
  ['nothing', { shape: [0, 4], values: new Float32Array() }],
  ['scalar', { shape: [], values: Float32Array.of(7) }],
]);

/** A file of any header, however wrong, over so many bytes of zeros. */
function file(header: string | object, dataBytes = 0, claimed?: bigint): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const entry = (start: number, end: number, shape = [(end - start) / 4], dtype = 'F32') => ({
  dtype,
  shape,
  data_offsets: [start, end],
});

describe('a safetensors file', () => {
  it('gives back names, shapes and bits that were written, and its metadata', () => {
    const read = readSafetensors(writeSafetensors(tensors, { metadata: { format: 'pt' } }));
    expect(read.tensors).toEqual(tensors);
    expect(read.metadata).toEqual({ format: 'pt' });
  });

  it('starts its data at a multiple of 8 bytes, after a header padded with spaces', () => {
    const bytes = writeSafetensors(tensors);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = new TextDecoder().decode(bytes.subarray(8, 8 + length));
    expect(header).toMatch(/^\{.*\} *$/s);
    expect(bytes.length).toBe(8 + length + 4 * (6 + 3 + 0 + 1));
  });

  it('is read at any byte offset', () => {
    const bytes = writeSafetensors(tensors);
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(readSafetensors(shifted.subarray(3)).tensors).toEqual(tensors);
  });

  it('rounds to float16 where asked, and refuses what that cannot hold', () => {
    const read = readSafetensors(writeSafetensors(tensors, { dtype: 'F16' })).tensors;
    for (const [name, { shape, values }] of tensors)
      expect(read.get(name)).toEqual({ shape, values: fromFloat16(toFloat16(values)) });
    const large = new Map([['large', { shape: [1], values: Float32Array.of(1e6) }]]);
    expect(() => writeSafetensors(large, { dtype: 'F16' })).toThrow('large holds 1000000');
  });

  it('may hold bfloat16', () => {
    const bytes = file({ x: entry(0, 6, [3], 'BF16') }, 6);
    new DataView(bytes.buffer).setUint16(bytes.length - 6, 0x3f80, true);
    new DataView(bytes.buffer).setUint16(bytes.length - 4, 0xc049, true);
    expect(readSafetensors(bytes).tensors.get('x')?.values).toEqual(Float32Array.of(1, -3.140625, 0));
  });
});

describe('a damaged safetensors file is refused, saying why:', () => {
  it.each<[string, Uint8Array]>([
    ['it has 5 bytes', new Uint8Array(5)],
    ['header claims 9007199254740993 bytes', file('{}', 0, 9007199254740993n)],
    ['no header is longer than 100 MB', file('{}', 0, 100_000_001n)],
    ['cut off in its header', file('{}', 0, 64n)],
    ['header is no text', Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff)],
    ['header is no JSON', file('{"x":')],
    ['no JSON object', file('[1]')],
    ['metadata are not texts', file({ __metadata__: { a: 1 } })],
    ['header names x twice', file('{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0078":{}}', 4)],
    [
      'header names shape twice',
      file('{"x":{"dtype":"F32","shape":[1],"shape":[2],"data_offsets":[0,8]}}', 8),
    ],
    ['does not describe tensor x', file({ x: 3 })],
    ['type I64; only F32, F16 and BF16', file({ x: entry(0, 8, [1], 'I64') }, 8)],
    ['type toString', file({ x: entry(0, 8, [1], 'toString') }, 8)],
    ['no valid shape', file({ x: entry(0, 8, [-2]) }, 8)],
    ['no valid shape', file({ x: entry(0, 8, [1.5]) }, 8)],
    ['no valid data_offsets', file({ x: { dtype: 'F32', shape: [1], data_offsets: [4, 0] } }, 4)],
    ['no valid data_offsets', file({ x: { dtype: 'F32', shape: [1], data_offsets: [0] } }, 4)],
    ['8 bytes where [3] of F32 takes 12', file({ x: entry(0, 8, [3]) }, 8)],
    ['8 bytes where [3] of F16 takes 6', file({ x: entry(0, 8, [3], 'F16') }, 8)],
    ['tensors x and y overlap', file({ x: entry(0, 8), y: entry(4, 12) }, 12)],
    ['tensors x and y overlap', file({ x: entry(0, 8), y: entry(0, 8) }, 8)],
    ['bytes 4 to 8 before tensor y belong to no tensor', file({ x: entry(0, 4), y: entry(8, 12) }, 12)],
    ['tensors take 12 bytes, and 11 are there', file({ x: entry(0, 12) }, 11)],
    ['2 bytes at its end belong to no tensor', file({ x: entry(0, 4) }, 6)],
  ])('%s', (reason, bytes) => {
    expect(() => readSafetensors(bytes)).toThrow(reason);
  });

  it('names that stand in texts and in other objects are no repetition', () => {
    const bytes = file(
      '{"__metadata__":{"shape":"{\\"x\\": 1, \\"x\\": 2}"},"shape":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
      4,
    );
    expect(readSafetensors(bytes).tensors.get('shape')?.shape).toEqual([1]);
  });

  it('any single byte changed or cut gives an AppError or other numbers, never another error', () => {
    const sound = writeSafetensors(tensors);
    const byte = fc.record({ at: fc.nat(sound.length - 1), value: fc.nat(255), keep: fc.nat(sound.length) });
    fc.assert(
      fc.property(byte, ({ at, value, keep }) => {
        const changed = sound.slice();
        changed[at] = value;
        for (const bytes of [changed, sound.slice(0, keep)])
          try {
            readSafetensors(bytes);
          } catch (error) {
            expect(error).toMatchObject({ name: 'AppError', code: 'bad-input' });
          }
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
