import { sha256 } from '../../platform/index.ts';

/** Kinds of numbers that rows hold in bulk. */
const vectors = { Uint8Array, Uint16Array, Float32Array } as const;
type Vector = InstanceType<(typeof vectors)[keyof typeof vectors]>;

/** A row as JSON, whose vectors lie in files of their own, named by their hash. */
export type PackedRow = string | number | boolean | null | PackedRow[] | { [key: string]: PackedRow };

/** Stands for a vector: `{ $vector: 'Float32Array', sha256 }`. Numbers that JSON lacks: `{ $number: 'NaN' }`. */
const VECTOR = '$vector';
const NUMBER = '$number';

/** The row as JSON with its keys in order, so that equal rows give equal text; `keep` is handed each vector's bytes. */
export async function packRow(
  value: unknown,
  keep: (sha256: string, bytes: Uint8Array<ArrayBuffer>) => void = () => undefined,
): Promise<PackedRow> {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : { [NUMBER]: String(value) };
  if (ArrayBuffer.isView(value)) {
    const vector = value as Vector;
    const bytes = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
    const hash = await sha256(bytes);
    keep(hash, bytes);
    return { [VECTOR]: vector.constructor.name, sha256: hash };
  }
  if (Array.isArray(value)) {
    const packed: PackedRow[] = [];
    for (const item of value) packed.push(await packRow(item, keep));
    return packed;
  }
  const packed: Record<string, PackedRow> = {};
  for (const [key, item] of Object.entries(value as object).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (item !== undefined) packed[key] = await packRow(item, keep);
  }
  return packed;
}

/** The row that was packed; `find` gives a vector's bytes, of which it is given a copy. Throws what `find` throws. */
export function unpackRow(packed: unknown, find: (sha256: string) => Uint8Array): unknown {
  if (Array.isArray(packed)) return packed.map((item) => unpackRow(item, find));
  if (packed === null || typeof packed !== 'object') return packed;
  const { [VECTOR]: kind, [NUMBER]: number, sha256: hash } = packed as Record<string, unknown>;
  if (typeof number === 'string') return Number(number);
  if (typeof kind === 'string' && kind in vectors && typeof hash === 'string') {
    return new vectors[kind as keyof typeof vectors](find(hash).slice().buffer);
  }
  // From entries, so that a key called `__proto__` stays a key.
  return Object.fromEntries(Object.entries(packed).map(([key, item]) => [key, unpackRow(item, find)]));
}
