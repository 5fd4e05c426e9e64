import type { ShardRow } from './schema.ts';
import { sha256 } from '../platform/index.ts';

/**
 * Bytes of weights per database row. Firefox refuses values above 255 MiB and iOS loses its connection on blobs
 * of 200 MB; a shard is also what a broken bit costs to fetch again.
 */
export const SHARD_BYTES = 8 * 2 ** 20;

/** Bytes `[start, end)` of a file. */
export interface ByteRange {
  start: number;
  end: number;
}

/** Where shard `index` lies in a file of `fileBytes`; the last shard is shorter. */
export function shardRange(index: number, fileBytes: number, shardBytes: number): ByteRange {
  return { start: index * shardBytes, end: Math.min(fileBytes, (index + 1) * shardBytes) };
}

export function shardCount(fileBytes: number, shardBytes: number): number {
  return Math.ceil(fileBytes / shardBytes);
}

/** The ranges that the shards of `missing` (ascending) cover; neighbours become one range, so one request. */
export function missingRanges(
  missing: readonly number[],
  fileBytes: number,
  shardBytes: number,
): ByteRange[] {
  const ranges: ByteRange[] = [];
  for (const index of missing) {
    const { start, end } = shardRange(index, fileBytes, shardBytes);
    const last = ranges.at(-1);
    if (last?.end === start) last.end = end;
    else ranges.push({ start, end });
  }
  return ranges;
}

/**
 * Copies a stored shard into `target` if it has the length and the hash that it must have. False means that it
 * has to be fetched again: it is missing, cut, flipped, or its blob's file is gone from the disk.
 */
export async function copyShard(
  row: ShardRow,
  expectedSha256: string | undefined,
  target: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  if (row.data.size !== target.length || row.sha256 !== (expectedSha256 ?? row.sha256)) return false;
  let data: ArrayBuffer;
  try {
    data = await row.data.arrayBuffer();
  } catch {
    return false;
  }
  if ((await sha256(data)) !== row.sha256) return false;
  target.set(new Uint8Array(data));
  return true;
}
