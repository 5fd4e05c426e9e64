import type { CareerHistory } from '../../career/index.ts';
import { AppError, sha256 } from '../../platform/index.ts';

/** People that are packed together. */
export const packSize = 200;

/** Some people as gzipped JSON: a tenth of what they take as objects. */
export interface PackedPeople {
  data: Uint8Array<ArrayBuffer>;
  /** Of what is packed, not of the bytes: browsers compress differently. */
  sha256: string;
}

export async function packPeople(people: readonly CareerHistory[]): Promise<PackedPeople> {
  const json = new TextEncoder().encode(JSON.stringify(people));
  const packed = new Blob([json]).stream().pipeThrough(new CompressionStream('gzip'));
  return {
    data: new Uint8Array(await new Response(packed).arrayBuffer()),
    sha256: await sha256(json),
  };
}

/** Throws `bad-input` where the bytes are not as they were packed: gzip carries their checksum. */
export async function unpackPeople(data: Uint8Array<ArrayBuffer>): Promise<CareerHistory[]> {
  const json = new Blob([data]).stream().pipeThrough(new DecompressionStream('gzip'));
  try {
    return (await new Response(json).json()) as CareerHistory[];
  } catch (cause) {
    const message =
      'The people of this panel are damaged on this device: delete the panel and choose its file again.';
    throw new AppError('bad-input', message, {}, { cause });
  }
}

/** All people of a panel, pack by pack, in order. */
export async function* unpackedPacks(
  packs: readonly Uint8Array<ArrayBuffer>[],
): AsyncGenerator<CareerHistory[]> {
  for (const data of packs) yield await unpackPeople(data);
}
