import 'fake-indexeddb/auto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  BlobTarget,
  exportModel,
  heldSource,
  holdFromDisk,
  importModel,
  inspectDisk,
} from '../../src/hub/index.ts';
import { type DownloadRow, type HeldModel, WeightsDatabase } from '../../src/weights/index.ts';
import { FakeHub } from '../fixtures/hub/fakeHub.ts';
import { exportRepository } from '../fixtures/hub/repository.ts';
import { breakDisk, fillDisk, flipBit } from '../weights/weightFixtures.ts';
import { SHARD, expectSame, expectSameInMemory, freshDevice, visit } from './hubFixtures.ts';

const repository = exportRepository();
const weights = 'onnx/model_q4f16.onnx_data';
let hub: FakeHub;
beforeAll(async () => {
  hub = await FakeHub.start(repository);
});
afterAll(() => hub.close());
afterEach(() => {
  hub.faults.set([]);
  hub.seen = [];
  vi.unstubAllGlobals();
});

const rangesOf = (path: string) =>
  hub.seen.filter((seen) => seen.path.endsWith(path)).map((seen) => seen.range);

async function begun(options = {}) {
  const device = freshDevice(hub, options);
  const model = await device.downloads.inspect(repository.name);
  return { ...device, model, row: await device.downloads.begin(model, 'q4f16') };
}

/** A download that stopped because the disk was full: small files and the first three shards of the weights are stored. */
async function stopped() {
  const device = await begun();
  device.database.close();
  fillDisk(device.database, 'shards', 9);
  await expect(device.downloads.resume(device.row.id)).rejects.toMatchObject({ code: 'quota' });
  expect(await device.database.shards.count()).toBe(9);
  const stored = await device.database.shards.toCollection().primaryKeys();
  hub.seen = [];
  return { ...device, stored };
}

/** A download that was paused when half of it was stored, and the next visit. */
async function paused() {
  const { downloads, row, database } = await begun({ lanes: 1 });
  const onProgress = (done: number) => {
    if (done > row.bytes / 2) downloads.pause(row.id);
  };
  await expect(downloads.resume(row.id, { onProgress })).rejects.toMatchObject({ code: 'aborted' });
  hub.seen = [];
  return { downloads: visit(hub, database), row, database };
}

const shaOf = ({ files }: Pick<DownloadRow, 'files'>, path: string): string =>
  files.find((file) => file.path === path)?.sha256 ?? '';

describe('a download that the store has no room for', () => {
  it('ends in memory with the hub’s bytes, without fetching what is stored a second time', async () => {
    const { downloads, row, stored } = await stopped();
    const reports: number[] = [];
    const held = await downloads.hold(row.id, { onProgress: (done) => reports.push(done) });
    await expectSameInMemory(held, repository);
    expect(held.row).toMatchObject({ id: row.id, name: repository.name, dtype: 'q4f16' });
    expect(held.row.files.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256))).toBe(true);
    const missing = 10 - stored.filter(([file]) => file === shaOf(row, weights)).length;
    expect(missing).toBeLessThan(10);
    expect(new Set(rangesOf(weights)).size).toBe(missing);
    expect(hub.seen).toHaveLength(missing);
    expect(reports).toEqual([...reports].sort((a, b) => a - b));
    expect(reports.at(-1)).toBe(row.bytes);
  });

  it('leaves the store as it is, from where it can still go on when there is room', async () => {
    const { downloads, row, database, installed, stored } = await stopped();
    await downloads.hold(row.id);
    expect(await database.shards.toCollection().primaryKeys()).toEqual(stored);
    expect(await installed.list()).toEqual([]);
    expect((await downloads.unfinished()).map(({ id }) => id)).toEqual([row.id]);
    hub.seen = [];
    const later = visit(hub, new WeightsDatabase(database.name));
    await expectSame(installed, await later.resume(row.id), repository);
    expect(rangesOf(weights).length).toBeLessThan(10);
  });

  it('fetches a stored shard again that the disk has damaged', async () => {
    const { downloads, row, database } = await paused();
    const [hashing] = await database.hashing.toArray();
    // Its hash has passed that shard already.
    expect(hashing.shards).toBeGreaterThan(1);
    await flipBit(database, { path: weights, bytes: 100_000, sha256: shaOf(row, weights) }, 1);
    await expectSameInMemory(await downloads.hold(row.id), repository);
    expect(rangesOf(weights)).toContain('bytes=10000-19999');
    expect(rangesOf(weights)).not.toContain('bytes=0-9999');
  });

  it('fetches a file again whose stored shards are others than the hub has, and leaves them there', async () => {
    const { downloads, row, database } = await begun();
    const data = new Uint8Array(SHARD);
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
    const sha256 = Buffer.from(digest).toString('hex');
    await database.shards.put({ file: shaOf(row, weights), index: 0, sha256, data: new Blob([data]) });
    await expectSameInMemory(await downloads.hold(row.id), repository);
    expect(rangesOf(weights)).toContain('bytes=0-9999');
    expect(await database.shards.count()).toBe(1);
  });

  it('runs where the store cannot be used at all', async () => {
    const { downloads, database, model, installed } = await begun();
    database.close();
    breakDisk(database);
    await expect(downloads.begin(model, 'q4')).rejects.toMatchObject({ code: 'storage' });
    await expect(installed.list()).rejects.toMatchObject({ code: 'storage' });
    const { id } = await downloads.begin(model, 'q4', 'memory');
    await expectSameInMemory(await downloads.hold(id), repository);
  });

  it('goes on in the middle after a pause, and hashes and fetches nothing twice', async () => {
    const { downloads, model } = await begun({ lanes: 1 });
    const row = await downloads.begin(model, 'q4', 'memory');
    const onProgress = (done: number) => {
      if (done > row.bytes / 2) downloads.pause(row.id);
    };
    await expect(downloads.hold(row.id, { onProgress })).rejects.toMatchObject({ code: 'aborted' });
    const here = await downloads.storedBytes(row);
    expect(here).toBeGreaterThan(row.bytes / 2 - SHARD);
    const before = new Set(rangesOf('model_q4.onnx'));
    hub.seen = [];
    await expectSameInMemory(await downloads.hold(row.id), repository);
    const again = rangesOf('model_q4.onnx').filter((range) => before.has(range));
    // The one that the pause cut off.
    expect(again.length).toBeLessThanOrEqual(1);
  });

  it('is nowhere any more when it is cancelled', async () => {
    const { downloads, row, database } = await begun({ lanes: 1 });
    const onProgress = (done: number) => {
      if (done > row.bytes / 2) downloads.pause(row.id);
    };
    await expect(downloads.hold(row.id, { onProgress })).rejects.toMatchObject({ code: 'aborted' });
    expect(await downloads.storedBytes(row)).toBeGreaterThan(0);
    await downloads.cancel(row.id);
    expect(await downloads.storedBytes(row)).toBe(0);
    await expect(downloads.hold(row.id)).rejects.toMatchObject({ code: 'bad-input' });
    for (const table of database.tables) expect([table.name, await table.count()]).toEqual([table.name, 0]);
  });

  it('is held by nobody but whoever asked for it', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const { downloads, row } = await begun();
    const watch = async () => new WeakRef((await downloads.hold(row.id)).files);
    const files = await watch();
    await vi.waitFor(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      collect();
      expect(files.deref()).toBeUndefined();
    });
    expect(await downloads.storedBytes(row)).toBe(0);
  });
});

describe('a model from disk that the store has no room for', () => {
  const given = () =>
    repository.files.map(({ path, content }) => ({
      path: `my-model/${path}`,
      file: new File([content], path.split('/').at(-1) ?? path),
    }));

  it('comes into memory, and nothing of it into the store', async () => {
    const { database } = freshDevice(hub);
    fillDisk(database, 'shards', 3);
    const model = await inspectDisk(given());
    await expect(importModel(model, 'q4f16', database, { shardBytes: SHARD })).rejects.toMatchObject({
      code: 'quota',
    });
    const reports: number[] = [];
    const onProgress = (done: number) => reports.push(done);
    const held = await holdFromDisk(model, 'q4f16', database, { shardBytes: SHARD, onProgress });
    await expectSameInMemory(held, repository);
    expect(held.row).toMatchObject({ source: 'disk', dtype: 'q4f16' });
    expect(reports).toEqual([...reports].sort((a, b) => a - b));
    expect(reports.at(-1)).toBe(2 * held.row.bytes + 1);
    for (const table of database.tables) expect([table.name, await table.count()]).toEqual([table.name, 0]);
  });
});

describe('a model in memory', () => {
  const archiveOf = async (held: HeldModel) => {
    const target = new BlobTarget();
    await exportModel(held.row, heldSource(held), target.stream);
    return new File([target.blob], 'held.zip');
  };

  it('is exported as an archive that stores the same model elsewhere', async () => {
    const { downloads, row } = await begun();
    const held = await downloads.hold(row.id);
    const archive = await archiveOf(held);
    const found = await inspectDisk([{ path: archive.name, file: archive }]);
    const next = freshDevice(hub);
    const again = await importModel(found, 'q4f16', next.database, { shardBytes: SHARD });
    expect(again).toMatchObject({ id: row.id, files: held.row.files });
    await expectSame(next.installed, again, repository);
  });

  it('is not exported with a byte that is not its own', async () => {
    const { downloads, row } = await begun();
    const held = await downloads.hold(row.id);
    const files = new Map(held.files).set(weights, new Blob([new Uint8Array(100_000)]));
    await expect(archiveOf({ ...held, files })).rejects.toMatchObject({
      code: 'integrity',
      data: { path: weights },
    });
  });
});
