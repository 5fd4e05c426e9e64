import 'fake-indexeddb/auto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { projectRoot } from '../../src/lab/projectRoot.ts';
import { WeightsDatabase } from '../../src/weights/index.ts';
import { FakeHub } from '../fixtures/hub/fakeHub.ts';
import { exportRepository, folderRepository, sha256Of } from '../fixtures/hub/repository.ts';
import { fillDisk, flipBit } from '../weights/weightFixtures.ts';
import { SHARD, expectSame, freshDevice, visit } from './hubFixtures.ts';

const repository = exportRepository();
const weights = 'onnx/model_q4f16.onnx_data';
let hub: FakeHub;
beforeAll(async () => {
  hub = await FakeHub.start(repository, exportRepository({ name: 'tests/gated', isGated: true }));
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
  return { ...device, row: await device.downloads.begin(model, 'q4f16') };
}

describe('before the first byte', () => {
  it('tells commit, licence, and the exact size and hash of every file', async () => {
    const { downloads } = freshDevice(hub);
    const model = await downloads.inspect(`${repository.name}@main`);
    expect(model).toMatchObject({ commit: repository.commit, licence: 'apache-2.0', isGated: false });
    expect(model.variants.map(({ dtype }) => dtype)).toEqual(['q4f16', 'q4', 'fp16']);
    const [q4f16, , fp16] = model.variants;
    expect(q4f16.files.map(({ path }) => path)).toEqual([
      'onnx/model_q4f16.onnx',
      weights,
      'LICENSE',
      'config.json',
      'generation_config.json',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    expect(fp16.files.slice(0, 3).map(({ path }) => path.slice(15))).toEqual([
      '.onnx',
      '.onnx_data',
      '.onnx_data_1',
    ]);
    const data = repository.files.find(({ path }) => path === weights);
    expect(q4f16.files[1]).toMatchObject({
      bytes: 100_000,
      sha256: sha256Of(data?.content ?? new Uint8Array()),
    });
    expect(hub.seen).toEqual([]);
  });

  it.each([
    ['tests/nothing', 'download-failed', /no tests\/nothing \(404\)/],
    ['just-a-name', 'bad-input', /owner\/name/],
  ])('names what is wrong with %s', async (name, code, message) => {
    const failure = freshDevice(hub).downloads.inspect(name);
    await expect(failure).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  });
});

describe('a download', () => {
  it('ends as a stored model with the hub’s bytes, its row last', async () => {
    const { downloads, installed, row, database } = await begun();
    const model = await downloads.resume(row.id);
    expect(model).toMatchObject({ name: repository.name, revision: repository.commit, dtype: 'q4f16' });
    await expectSame(installed, model, repository);
    expect(await installed.list()).toEqual([model]);
    expect(await downloads.unfinished()).toEqual([]);
    expect([await database.pieces.count(), await database.hashing.count()]).toEqual([0, 0]);
    expect((await installed.check(model)).brokenFiles).toEqual([]);
  });

  it('asks for shards in parallel, each once', async () => {
    const { downloads, row } = await begun();
    await downloads.resume(row.id);
    const ranges = rangesOf(weights);
    expect(new Set(ranges).size).toBe(10);
    expect(ranges).toHaveLength(10);
  });

  it('goes on in the middle of a shard after a pause and a new visit', async () => {
    const { downloads, row, database, installed } = await begun({ lanes: 1 });
    hub.faults.set([{ kind: 'silent', path: weights, afterBytes: 4_000 }]);
    const onProgress = (done: number) => {
      if (done >= 6_000) setTimeout(() => downloads.pause(row.id), 50);
    };
    await expect(downloads.resume(row.id, { onProgress })).rejects.toMatchObject({ code: 'aborted' });
    hub.faults.set([]);
    hub.seen = [];
    const later = visit(hub, database);
    expect(await later.storedBytes(row)).toBeGreaterThan(4_000);
    await expectSame(installed, await later.resume(row.id), repository);
    expect(rangesOf(weights)).toContain('bytes=4000-9999');
    expect(rangesOf(weights)).not.toContain('bytes=0-9999');
  });

  it('hashes no shard twice when it goes on', async () => {
    const { downloads, row, database } = await begun({ lanes: 1 });
    const onProgress = (done: number) => {
      if (done > 50_000) downloads.pause(row.id);
    };
    await expect(downloads.resume(row.id, { onProgress })).rejects.toMatchObject({ code: 'aborted' });
    const state = await database.hashing.toCollection().first();
    expect(state?.shards).toBeGreaterThanOrEqual(3);
    const reads = vi.spyOn(database.shards, 'get');
    await visit(hub, database).resume(row.id);
    const again = reads.mock.calls.filter(([key]) => Array.isArray(key) && Number(key[1]) < 2);
    // Only `finish` looks at the first shards, for the hashes in their rows.
    expect(again.length).toBeLessThanOrEqual(2 * row.files.length);
  });

  it('needs no network for what another model has stored already', async () => {
    const { downloads, row, database, installed } = await begun();
    await downloads.resume(row.id);
    hub.seen = [];
    const model = await downloads.inspect(repository.name);
    const q4 = await downloads.begin(model, 'q4');
    await downloads.resume(q4.id);
    expect(hub.seen.filter(({ path }) => path.endsWith(weights))).toEqual([]);
    await installed.remove(q4.id);
    const [rest] = await installed.list();
    await expectSame(installed, rest, repository);
    expect(await database.files.count()).toBe(row.files.length);
  });

  it('rejects as in use while it runs already', async () => {
    const { downloads, row } = await begun();
    hub.faults.set([{ kind: 'slow', path: weights, bytesPerSecond: 50_000, times: 1 }]);
    const running = downloads.resume(row.id);
    await expect(downloads.resume(row.id)).rejects.toMatchObject({ code: 'in-use' });
    await running;
  });

  it('leaves nothing behind when it is cancelled', async () => {
    const { downloads, row, database } = await begun();
    hub.faults.set([{ kind: 'slow', path: weights, bytesPerSecond: 5_000 }]);
    const running = downloads.resume(row.id).catch((error: unknown) => error);
    await vi.waitFor(() => expect(rangesOf(weights).length).toBeGreaterThan(0), { timeout: 30_000 });
    await downloads.cancel(row.id);
    expect(await running).toMatchObject({ code: 'aborted' });
    for (const table of database.tables) expect([table.name, await table.count()]).toEqual([table.name, 0]);
  });
});

it('the folder of the bundled model, served like any other, comes over whole', async () => {
  const models = join(projectRoot, 'models');
  const { folder } = JSON.parse(readFileSync(join(models, 'manifest.json'), 'utf8')) as { folder: string };
  const bundled = folderRepository(join(models, folder), `onward/${folder}`);
  hub.serve(bundled);
  const { downloads, installed } = freshDevice(hub, { shardBytes: 2 ** 20 });
  const found = await downloads.inspect(bundled.name);
  const { id } = await downloads.begin(found, found.variants[0].dtype);
  const model = await downloads.resume(id);
  expect(model.files.length).toBeGreaterThanOrEqual(4);
  expect(bundled.files.some(({ isLarge }) => isLarge)).toBe(true);
  await expectSame(installed, model, bundled);
});

describe('room', () => {
  it('is asked for before: too little is said with the figures, and nothing is fetched', async () => {
    const estimate = () => Promise.resolve({ usage: 9_950_000, quota: 10_000_000 });
    vi.stubGlobal('navigator', { storage: { estimate } });
    const { downloads, row } = await begun();
    const failure = downloads.resume(row.id);
    await expect(failure).rejects.toMatchObject({ code: 'quota', data: { free: 50_000 } });
    expect(hub.seen).toEqual([]);
    await downloads.resume(row.id, { isForced: true });
  });

  it('that ends during the download leaves the finished shards, and it goes on when there is room', async () => {
    const { downloads, row, database, installed } = await begun();
    database.close();
    fillDisk(database, 'shards', 9);
    await expect(downloads.resume(row.id)).rejects.toMatchObject({ code: 'quota' });
    expect(await database.shards.count()).toBe(9);
    hub.seen = [];
    const model = await visit(hub, new WeightsDatabase(database.name)).resume(row.id);
    expect(rangesOf(weights).length).toBeLessThan(10);
    await expectSame(installed, model, repository);
  });
});

describe('a stored model', () => {
  it('says what is broken when it is checked, and mends it by fetching that alone', async () => {
    const { downloads, row, database, installed } = await begun();
    const model = await downloads.resume(row.id);
    const file = model.files.find(({ path }) => path === weights);
    if (!file) throw new Error('no weights');
    await flipBit(database, file, 3);
    expect(await installed.check(model)).toEqual({ brokenFiles: [weights], brokenBytes: SHARD });
    await expect(installed.read(model, weights)).rejects.toMatchObject({ code: 'integrity' });
    hub.seen = [];
    const reopened = await installed.reopen(model);
    expect(await installed.list()).toEqual([]);
    const mended = await downloads.resume(reopened.id);
    expect(hub.seen.map(({ range }) => range)).toEqual(['bytes=30000-39999']);
    await expectSame(installed, mended, repository);
  });
});
