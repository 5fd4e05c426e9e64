import { afterEach, describe, expect, it } from 'vitest';
import { Store, StoredQueries } from '../../src/storage/index.ts';
import { CareersDatabase } from '../../src/storage/schema.ts';
import { WeightsDatabase } from '../../src/weights/index.ts';
import { countingSource, fillDisk, flipBit, weightBytes, weightFile } from '../weights/weightFixtures.ts';

const MEGABYTE = 2 ** 20;
const bytes = weightBytes(20 * MEGABYTE + 17);
const opened: { close: () => void }[] = [];
let databases = 0;

function fresh() {
  const name = `test-${Date.now()}-${databases++}`;
  const weights = new WeightsDatabase(name);
  const careers = new CareersDatabase(`${name}-careers`);
  const store = new Store(weights, careers);
  opened.push({ close: () => void store.deleteEverything() });
  return { name, weights, careers, store };
}

afterEach(() => opened.splice(0).forEach((store) => store.close()));

describe('weights in the browser', () => {
  it('come from the network once, and after a reconnect from three shards', async () => {
    const file = await weightFile(bytes);
    const { name, weights, store } = fresh();
    const { source, ranges } = countingSource(bytes, MEGABYTE);
    expect((await store.weights.load(file, source)).notKept).toBeNull();
    weights.close();
    const again = new WeightsDatabase(name);
    const second = await new Store(again, new CareersDatabase(`${name}-careers`)).weights.load(file, source);
    expect(second.downloadedBytes).toBe(0);
    expect((await weightFile(second.data)).sha256).toBe(file.sha256);
    expect(ranges).toEqual([[0, bytes.length]]);
    expect(await again.shards.count()).toBe(3);
    again.close();
  });

  it('heal a flipped bit and a missing shard', async () => {
    const file = await weightFile(bytes);
    const { weights, store } = fresh();
    await store.weights.load(file, countingSource(bytes, MEGABYTE).source);
    await flipBit(weights, file, 1);
    await weights.shards.delete([file.sha256, 2]);
    const { source, ranges } = countingSource(bytes, MEGABYTE);
    const healed = await store.weights.load(file, source);
    expect((await weightFile(healed.data)).sha256).toBe(file.sha256);
    expect(ranges).toEqual([[8 * MEGABYTE, bytes.length]]);
  });

  it("run from memory when the disk is full, with the browser's figures", async () => {
    const file = await weightFile(bytes);
    const { weights, store } = fresh();
    fillDisk(weights, 'shards', 1);
    const loaded = await store.weights.load(file, countingSource(bytes, MEGABYTE).source);
    expect(loaded.notKept).toMatchObject({ code: 'quota' });
    expect(loaded.notKept?.data.quota).toBeGreaterThan(0);
    expect((await weightFile(loaded.data)).sha256).toBe(file.sha256);
    expect(await weights.shards.count()).toBe(0);
  });
});

describe('two tabs', () => {
  it('one deletes everything while the other reads; both go on', async () => {
    const { name, store } = fresh();
    const history = { personId: 'p', population: 'NLSY97 dataset', observations: [] };
    await store.careers.save({ name: 'mine', history, next: null });
    const other = new StoredQueries(new CareersDatabase(`${name}-careers`), new WeightsDatabase(name));
    expect(await other.listCareers()).toHaveLength(1);
    await store.deleteEverything();
    expect(await other.listCareers()).toEqual([]);
    await store.careers.save({ name: 'again', history, next: null });
    expect(await other.listCareers()).toHaveLength(1);
    other.close();
  });
});
