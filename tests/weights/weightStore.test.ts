import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WeightStore } from '../../src/weights/weightStore.ts';
import {
  breakingSource,
  countingSource,
  fillDisk,
  flipBit,
  freshWeights,
  weightBytes,
  weightFile,
} from './weightFixtures.ts';

const SHARD = 1000;
const bytes = weightBytes(3500);
const file = await weightFile(bytes);

async function stored() {
  const database = freshWeights();
  const store = new WeightStore(database, SHARD);
  await store.load(file, countingSource(bytes).source);
  return { database, store };
}

afterEach(() => vi.unstubAllGlobals());

describe('WeightStore', () => {
  it('downloads once, in one request; the second load asks the network for nothing', async () => {
    const store = new WeightStore(freshWeights(), SHARD);
    const { source, ranges } = countingSource(bytes);
    const first = await store.load(file, source);
    expect(first).toMatchObject({ downloadedBytes: 3500, notKept: null });
    const second = await store.load(file, source);
    expect(second).toMatchObject({ downloadedBytes: 0, notKept: null });
    expect(second.data).toEqual(bytes);
    expect(ranges).toEqual([[0, 3500]]);
  });

  it('stores each shard as its own bytes, not as a view of the whole file', async () => {
    const { database } = await stored();
    const shards = await database.shards.toArray();
    expect(shards.map((shard) => shard.data.size)).toEqual([1000, 1000, 1000, 500]);
  });

  it('never indexes the blobs', () => {
    const { shards } = freshWeights();
    expect(shards.schema.indexes.map((index) => index.keyPath)).toEqual([]);
    expect(shards.schema.primKey.keyPath).toEqual(['file', 'index']);
  });

  it('heals a flipped bit by fetching that shard only', async () => {
    const { database, store } = await stored();
    await flipBit(database, file, 1);
    const { source, ranges } = countingSource(bytes);
    const healed = await store.load(file, source);
    expect(healed.data).toEqual(bytes);
    expect(ranges).toEqual([[1000, 2000]]);
    expect((await store.load(file, source)).downloadedBytes).toBe(0);
  });

  it('heals missing and cut shards; neighbours come in one request', async () => {
    const { database, store } = await stored();
    await database.shards.delete([file.sha256, 0]);
    await database.shards.update([file.sha256, 2], { data: new Blob([bytes.slice(2000, 2600)]) });
    await database.shards.delete([file.sha256, 3]);
    const { source, ranges } = countingSource(bytes);
    expect((await store.load(file, source)).data).toEqual(bytes);
    expect(ranges).toEqual([
      [0, 1000],
      [2000, 3500],
    ]);
  });

  it('heals a shard whose own hash was forged together with its bytes', async () => {
    const { database, store } = await stored();
    const other = weightBytes(1000, 99);
    await database.shards.update([file.sha256, 0], {
      data: new Blob([other]),
      sha256: (await weightFile(other)).sha256,
    });
    const { source, ranges } = countingSource(bytes);
    expect((await store.load(file, source)).data).toEqual(bytes);
    expect(ranges).toEqual([[0, 1000]]);
  });

  it('is no file until its row is written, and continues a broken download behind its last shard', async () => {
    const database = freshWeights();
    const store = new WeightStore(database, SHARD);
    await expect(store.load(file, breakingSource(bytes, 2300))).rejects.toMatchObject({
      code: 'download-failed',
    });
    expect(await database.files.count()).toBe(0);
    expect(await database.shards.count()).toBe(2);
    const { source, ranges } = countingSource(bytes);
    const resumed = await store.load(file, source);
    expect(resumed).toMatchObject({ downloadedBytes: 1500, notKept: null });
    expect(resumed.data).toEqual(bytes);
    expect(ranges).toEqual([[2000, 3500]]);
  });

  it('starts over once where the shards of a broken download never belonged to the file', async () => {
    const database = freshWeights();
    const store = new WeightStore(database, SHARD);
    const other = weightBytes(1000, 7);
    await database.shards.put({
      file: file.sha256,
      index: 0,
      sha256: (await weightFile(other)).sha256,
      data: new Blob([other]),
    });
    const { source, ranges } = countingSource(bytes);
    expect((await store.load(file, source)).data).toEqual(bytes);
    expect(ranges).toEqual([
      [1000, 3500],
      [0, 3500],
    ]);
    expect((await store.load(file, source)).downloadedBytes).toBe(0);
  });

  it('refuses a network that serves another file, and keeps nothing of it', async () => {
    const database = freshWeights();
    const store = new WeightStore(database, SHARD);
    const { source } = countingSource(weightBytes(3500, 5));
    const error = store.load(file, source);
    await expect(error).rejects.toMatchObject({ code: 'integrity', data: { expected: file.sha256 } });
    expect(await database.shards.count()).toBe(0);
  });

  it.each([
    ['too short', 3400],
    ['too long', 3600],
  ])('refuses a body that is %s', async (_, length) => {
    const store = new WeightStore(freshWeights(), SHARD);
    const load = store.load(file, async function* () {
      await Promise.resolve();
      yield weightBytes(length);
    });
    await expect(load).rejects.toMatchObject({ code: 'download-failed' });
  });

  it('rejects as aborted between shards; what was finished stays for the next time', async () => {
    const database = freshWeights();
    const store = new WeightStore(database, SHARD);
    const controller = new AbortController();
    const onProgress = (_: string, loaded: number) => {
      if (loaded >= 2100) controller.abort();
    };
    const load = store.load(file, countingSource(bytes).source, { signal: controller.signal, onProgress });
    await expect(load).rejects.toMatchObject({ code: 'aborted' });
    expect(await database.shards.count()).toBe(2);
  });

  it('reports bytes that only grow and end at the file', async () => {
    const database = freshWeights();
    const store = new WeightStore(database, SHARD);
    for (const phase of ['downloading', 'verifying']) {
      const reports: [string, number][] = [];
      await store.load(file, countingSource(bytes).source, {
        onProgress: (p, loaded) => reports.push([p, loaded]),
      });
      const loaded = reports.map((report) => report[1]);
      expect(loaded).toEqual([...loaded].sort((a, b) => a - b));
      expect(loaded.at(-1)).toBe(3500);
      expect(new Set(reports.map((report) => report[0]))).toEqual(new Set([phase]));
    }
  });

  it.each([
    ['the first shard', 'shards', 0],
    ['the third shard', 'shards', 2],
    ['the file row', 'files', 0],
  ])('runs from memory when the disk is full at %s, with the figures', async (_, table, allowed) => {
    const estimate = () => Promise.resolve({ usage: 9_000_000, quota: 10_000_000 });
    vi.stubGlobal('navigator', { storage: { estimate } });
    const database = freshWeights();
    fillDisk(database, table, allowed);
    const loaded = await new WeightStore(database, SHARD).load(file, countingSource(bytes).source);
    expect(loaded.data).toEqual(bytes);
    expect(loaded.notKept).toMatchObject({ code: 'quota', data: { usage: 9_000_000, quota: 10_000_000 } });
    expect(loaded.notKept?.message).toContain('9 MB of the 10 MB');
    expect(await database.files.count()).toBe(0);
    expect(await database.shards.count()).toBe(0);
  });

  it('does not repeat an estimate that cannot be right when the disk is full', async () => {
    const estimate = () => Promise.resolve({ usage: 9_000_000, quota: 10_737_000_000 });
    vi.stubGlobal('navigator', { storage: { estimate } });
    const database = freshWeights();
    fillDisk(database, 'shards');
    const { notKept } = await new WeightStore(database, SHARD).load(file, countingSource(bytes).source);
    expect(notKept?.message).toMatch(/9 MB are used here, and the disk itself may be full/);
  });

  it('keeps the healthy shards when healing meets a full disk', async () => {
    const { database, store } = await stored();
    await database.shards.delete([file.sha256, 1]);
    database.close();
    fillDisk(database, 'shards');
    const loaded = await store.load(file, countingSource(bytes).source);
    expect(loaded.data).toEqual(bytes);
    expect(loaded.notKept?.code).toBe('quota');
    expect(await database.shards.count()).toBe(3);
    expect(await database.files.count()).toBe(1);
  });

  it('replaces a file whose shards have an earlier size', async () => {
    const { database } = await stored();
    const smaller = new WeightStore(database, 1750);
    const { source, ranges } = countingSource(bytes);
    expect((await smaller.load(file, source)).data).toEqual(bytes);
    expect(ranges).toEqual([[0, 3500]]);
    expect(await database.shards.count()).toBe(2);
  });

  it('keeps only the files that the manifest names, partial downloads included', async () => {
    const { database, store } = await stored();
    const newer = weightBytes(1500, 3);
    const given = await weightFile(weightBytes(2500, 4));
    await store.load(await weightFile(newer), countingSource(newer).source);
    await store.load(given, breakingSource(weightBytes(2500, 4), 1200)).catch(() => undefined);
    await store.keepOnly(new Set([(await weightFile(newer)).sha256]));
    expect(await database.files.toCollection().primaryKeys()).toEqual([(await weightFile(newer)).sha256]);
    expect(await database.shards.count()).toBe(2);
  });
});
