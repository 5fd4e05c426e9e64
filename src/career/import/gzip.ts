import { chunksOf } from '../../platform/index.ts';
import { importLimits } from '../limits.ts';

/** Whether the bytes begin as a gzip file does. */
export function isGzip(content: Uint8Array): boolean {
  return content[0] === 0x1f && content[1] === 0x8b;
}

/**
 * What a gzip file holds; any other file as it is. A damaged one comes back as it is, too: reading it as text then reports
 * it. Unpacking stops just above `mostBytes`, so that a small file cannot fill the memory.
 */
export async function unpacked(
  content: Uint8Array<ArrayBuffer>,
  mostBytes = importLimits.bytes,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!isGzip(content)) return content;
  const stream = new Blob([content]).stream().pipeThrough(new DecompressionStream('gzip'));
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  try {
    for await (const chunk of chunksOf(stream)) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > mostBytes) break;
    }
  } catch {
    return content;
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
