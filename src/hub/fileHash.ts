import { createSHA256, type IHasher } from 'hash-wasm';
import { SLICE_BYTES, breath } from './breath.ts';

/**
 * SHA-256 over bytes that come little by little, of which the state can be kept and taken up later; the browser's own
 * hash can do neither.
 */
export class IncrementalSha256 {
  private constructor(private readonly hasher: IHasher) {}

  /** `state`: what `save` gave, or null for a new one. One that another build of the library wrote rejects. */
  static async create(state: Uint8Array<ArrayBuffer> | null = null): Promise<IncrementalSha256> {
    const hasher = await createSHA256();
    if (state === null) hasher.init();
    else hasher.load(state);
    return new IncrementalSha256(hasher);
  }

  async update(data: Uint8Array): Promise<void> {
    for (let start = 0; start < data.length; start += SLICE_BYTES) {
      this.hasher.update(data.subarray(start, start + SLICE_BYTES));
      await breath();
    }
  }

  save(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.hasher.save());
  }

  /** Lower-case hex. Call once, at the end. */
  digest(): string {
    return this.hasher.digest('hex');
  }
}

/** What git calls a file with this content: the hub's hash of files that are not in LFS. Lower-case hex. */
export async function gitBlobSha1(content: Uint8Array): Promise<string> {
  const header = new TextEncoder().encode(`blob ${content.length}\0`);
  const blob = new Uint8Array(header.length + content.length);
  blob.set(header);
  blob.set(content, header.length);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-1', blob));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
