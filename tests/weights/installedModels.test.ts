import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { ArrivingFiles, InstalledModels, type ModelRow, WeightsDatabase } from '../../src/weights/index.ts';
import { weightsVersions } from '../../src/weights/schema.ts';
import { WeightStore } from '../../src/weights/weightStore.ts';
import {
  breakingSource,
  countingSource,
  flipBit,
  freshWeights,
  weightBytes,
  weightFile,
} from './weightFixtures.ts';

const SHARD = 1000;

/** Stores a model with these contents, in the way that downloads do. */
async function install(
  database: WeightsDatabase,
  id: string,
  contents: Record<string, Uint8Array<ArrayBuffer>>,
): Promise<ModelRow> {
  const store = new WeightStore(database, SHARD);
  const files = [];
  for (const [path, content] of Object.entries(contents)) {
    const file = await weightFile(content, path);
    await store.load(file, countingSource(content).source);
    files.push(file);
  }
  const row: ModelRow = {
    id,
    name: id,
    revision: null,
    dtype: 'q4',
    licence: null,
    source: 'disk',
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    files,
    installedAt: Date.now(),
    usedAt: null,
    checkedAt: 0,
  };
  await new ArrivingFiles(database, SHARD).install(row);
  return row;
}

const weights = weightBytes(3500);
const tokenizer = weightBytes(700, 2);

describe('InstalledModels', () => {
  it('gives back the bytes of each file, and remembers when they were used', async () => {
    const database = freshWeights();
    const installed = new InstalledModels(database);
    const model = await install(database, 'one', {
      'onnx/model_q4.onnx': weights,
      'tokenizer.json': tokenizer,
    });
    const progress: number[] = [];
    const onProgress = (bytes: number) => progress.push(bytes);
    expect(await installed.read(model, 'onnx/model_q4.onnx', { onProgress })).toEqual(weights);
    expect(progress).toEqual([1000, 2000, 3000, 3500]);
    await installed.markUsed(model.id);
    expect((await installed.get('one'))?.usedAt).toBeGreaterThan(0);
    await expect(installed.read(model, 'config.json')).rejects.toMatchObject({ code: 'integrity' });
  });

  it('stops reading when it is told to', async () => {
    const database = freshWeights();
    const model = await install(database, 'one', { a: weights });
    const { signal } = ((controller) => (controller.abort(), controller))(new AbortController());
    const reading = new InstalledModels(database).read(model, 'a', { signal });
    await expect(reading).rejects.toMatchObject({ code: 'aborted' });
  });

  it.each<[string, (database: WeightsDatabase, model: ModelRow) => Promise<unknown>, number]>([
    ['a flipped bit', (database, { files: [file] }) => flipBit(database, file, 1), 1000],
    ['a shard that is gone', (database, { files: [file] }) => database.shards.delete([file.sha256, 3]), 500],
    ['a file that is gone', (database, { files: [file] }) => database.files.delete(file.sha256), 3500],
  ])('finds %s', async (_, harm, brokenBytes) => {
    const database = freshWeights();
    const installed = new InstalledModels(database);
    const model = await install(database, 'one', { a: weights, b: tokenizer });
    await harm(database, model);
    expect(await installed.check(model)).toEqual({ brokenFiles: ['a'], brokenBytes });
    expect((await installed.get('one'))?.checkedAt).toBe(0);
    await expect(installed.read(model, 'a')).rejects.toMatchObject({
      code: 'integrity',
      data: { path: 'a' },
    });
    expect(await installed.read(model, 'b')).toEqual(tokenizer);
  });

  it('keeps what another model uses when one is removed', async () => {
    const database = freshWeights();
    const installed = new InstalledModels(database);
    await install(database, 'one', { a: weights, b: tokenizer });
    const two = await install(database, 'two', { c: weightBytes(1200, 3), b: tokenizer });
    await installed.remove('one');
    expect(await installed.list()).toEqual([two]);
    expect(await installed.read(two, 'b')).toEqual(tokenizer);
    expect(await database.files.count()).toBe(2);
    expect(await database.shards.count()).toBe(3);
  });
});

describe('the bundled model’s clearing away of earlier revisions', () => {
  it('spares stored models and downloads that are not finished', async () => {
    const database = freshWeights();
    const store = new WeightStore(database, SHARD);
    const model = await install(database, 'one', { a: weights });
    const arriving = new ArrivingFiles(database, SHARD);
    const coming = await weightFile(weightBytes(2500, 4));
    const { files: _, installedAt: startedAt, usedAt: __, checkedAt: ___, ...description } = model;
    const files = [{ ...coming, gitSha1: null }];
    await arriving.putDownload({ ...description, id: 'coming', files, startedAt });
    await store.load(coming, breakingSource(weightBytes(2500, 4), 1200)).catch(() => undefined);
    const old = await weightFile(weightBytes(1500, 5));
    await store.load(old, countingSource(weightBytes(1500, 5)).source);
    const bundled = await weightFile(weightBytes(1500, 6));
    await store.load(bundled, countingSource(weightBytes(1500, 6)).source);
    await store.keepOnly(new Set([bundled.sha256]));
    expect(await database.files.get(old.sha256)).toBeUndefined();
    expect(await new InstalledModels(database).read(model, 'a')).toEqual(weights);
    expect([...(await arriving.storedShards(coming.sha256))]).toEqual([0]);
  });
});

describe('the schema', () => {
  it('keeps the files of a release that knew no other models', async () => {
    const file = await weightFile(weights);
    const before = new WeightsDatabase('before models', weightsVersions.slice(0, 3));
    await new WeightStore(before, SHARD).load(file, countingSource(weights).source);
    before.close();
    const after = new WeightsDatabase('before models');
    expect(await new InstalledModels(after).list()).toEqual([]);
    const { source, ranges } = countingSource(weights);
    expect((await new WeightStore(after, SHARD).load(file, source)).data).toEqual(weights);
    expect(ranges).toEqual([]);
    await install(after, 'one', { a: tokenizer });
    expect(await new InstalledModels(after).list()).toHaveLength(1);
  });
});
