import type Dexie from 'dexie';
import { AppError } from '../../src/platform/index.ts';
import { type WeightFile, WeightsDatabase, type WeightSource } from '../../src/weights/index.ts';

/** `length` bytes that no shard shares with another. */
export function weightBytes(length: number, seed = 1): Uint8Array<ArrayBuffer> {
  let state = seed;
  return Uint8Array.from({ length }, () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24);
}

export async function weightFile(
  bytes: Uint8Array<ArrayBuffer>,
  path = 'onnx/model_q8.onnx',
): Promise<WeightFile> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { path, bytes: bytes.length, sha256 };
}

/** A network that serves `bytes` in pieces and remembers which ranges were asked for. */
export function countingSource(
  bytes: Uint8Array,
  piece = 100,
): { source: WeightSource; ranges: [number, number][] } {
  const ranges: [number, number][] = [];
  const source: WeightSource = async function* (_file, { start, end }) {
    ranges.push([start, end]);
    await Promise.resolve();
    for (let at = start; at < end; at += piece) yield bytes.slice(at, Math.min(end, at + piece));
  };
  return { source, ranges };
}

/** A network that breaks after byte `limit` of the file. */
export function breakingSource(bytes: Uint8Array, limit: number): WeightSource {
  return async function* (_file, { start, end }) {
    await Promise.resolve();
    for (let at = start; at < end; at += 100) {
      if (at >= limit) throw new AppError('download-failed', 'the network went away');
      yield bytes.slice(at, Math.min(end, at + 100));
    }
  };
}

let databases = 0;

/** A database of its own for one test. */
export function freshWeights(): WeightsDatabase {
  return new WeightsDatabase(`weights-${databases++}`);
}

/** From now on, every write to `table` after the first `allowed` fails like a full disk. */
export function fillDisk(database: Dexie, table: string, allowed = 0): void {
  database.use({
    stack: 'dbcore',
    name: 'full disk',
    create: (core) => ({
      ...core,
      table: (name) => {
        const inner = core.table(name);
        if (name !== table) return inner;
        return {
          ...inner,
          mutate: (request) => {
            if (request.type !== 'put' || allowed-- > 0) return inner.mutate(request);
            return Promise.reject(new DOMException('The disk is full', 'QuotaExceededError'));
          },
        };
      },
    }),
  });
}

/** From now on, nothing can be read from a database, nor written to it. */
export function breakDisk(database: Dexie): void {
  const fail = () => Promise.reject(new DOMException('The disk is broken', 'UnknownError'));
  database.use({
    stack: 'dbcore',
    name: 'broken disk',
    create: (core) => ({
      ...core,
      table: (name) => ({
        ...core.table(name),
        ...{ get: fail, getMany: fail, query: fail, openCursor: fail, count: fail, mutate: fail },
      }),
    }),
  });
}

/** Flips one bit of a stored shard; its row still says the old hash. */
export async function flipBit(database: WeightsDatabase, file: WeightFile, index: number): Promise<void> {
  const shard = await database.shards.get([file.sha256, index]);
  if (!shard) throw new Error(`shard ${index} is not stored`);
  const data = new Uint8Array(await shard.data.arrayBuffer());
  data.set([(data.at(17) ?? 0) ^ 1], 17);
  await database.shards.put({ ...shard, data: new Blob([data]) });
}
