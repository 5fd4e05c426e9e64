import 'fake-indexeddb/auto';
import Dexie from 'dexie';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/platform/index.ts';
import { access } from '../../src/weights/access.ts';
import { CareersDatabase } from '../../src/storage/schema.ts';
import { WeightsDatabase, weightsVersions } from '../../src/weights/schema.ts';
import { Store } from '../../src/storage/store.ts';
import { WeightStore } from '../../src/weights/weightStore.ts';
import { countingSource, weightBytes, weightFile } from './weightFixtures.ts';

const bytes = weightBytes(2500);
const file = await weightFile(bytes);

/** A connection like that of a tab that never lets go. */
async function stubbornTab(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 5);
  return new Promise((resolve, reject) => {
    request.onupgradeneeded = () => request.result.createObjectStore('old');
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error('cannot open'));
  });
}

describe('access', () => {
  it('gives up on a database that another tab blocks, within its limit', async () => {
    const tab = await stubbornTab('blocked');
    const database = new WeightsDatabase('blocked');
    const started = performance.now();
    const blocked = access(database, () => database.files.count(), 100);
    await expect(blocked).rejects.toMatchObject({ code: 'storage' });
    expect(performance.now() - started).toBeLessThan(1000);
    tab.close();
  });

  it('opens again a connection that the browser closed while it was used', async () => {
    const database = new CareersDatabase('closed');
    let calls = 0;
    const count = await access(database, async () => {
      if (calls++ === 0) database.close();
      return database.careers.count();
    });
    expect(count).toBe(0);
    expect(calls).toBe(2);
  });

  it('turns any failure into an AppError with the cause', async () => {
    const database = new CareersDatabase('failing');
    const cause = new DOMException('disk', 'UnknownError');
    const failed = access(database, () => Promise.reject(cause));
    await expect(failed).rejects.toMatchObject({ code: 'storage', cause });
    await expect(failed).rejects.toBeInstanceOf(AppError);
  });

  it('finds a quota error inside the error that wraps it', async () => {
    const database = new CareersDatabase('wrapped');
    const inner = new DOMException('full', 'QuotaExceededError');
    const failed = access(database, () => Promise.reject(new Dexie.AbortError('aborted', inner)));
    await expect(failed).rejects.toMatchObject({ code: 'quota' });
  });

  it('reports a browser without IndexedDB as storage, and weights still load from the network', async () => {
    const { indexedDB } = Dexie.dependencies;
    Reflect.deleteProperty(Dexie.dependencies, 'indexedDB');
    const database = new WeightsDatabase('none');
    Dexie.dependencies.indexedDB = indexedDB;
    const loaded = await new WeightStore(database).load(file, countingSource(bytes).source);
    expect(loaded.data).toEqual(bytes);
    expect(loaded.notKept?.code).toBe('storage');
  });
});

describe('schema', () => {
  const nextVersion = weightsVersions.length + 1;

  it('keeps the files of the first release, which remembered no measurements', async () => {
    const before = new WeightsDatabase('first release', weightsVersions.slice(0, 1));
    await new WeightStore(before, 1000).load(file, countingSource(bytes).source);
    before.close();
    const after = new WeightsDatabase('first release');
    const store = new Store(after, new CareersDatabase('first release, careers'), 1000);
    expect(await store.measurement('device')).toBeNull();
    await store.keepMeasurement('device', 'too slow');
    expect((await store.measurement('device'))?.outcome).toBe('too slow');
    await store.forgetMeasurements();
    expect(await store.measurement('device')).toBeNull();
    expect((await store.weights.load(file, countingSource(bytes).source)).downloadedBytes).toBe(0);
  });

  it('upgrades what an earlier release stored', async () => {
    const before = new WeightsDatabase('upgraded');
    await new WeightStore(before, 1000).load(file, countingSource(bytes).source);
    before.close();
    const after = new WeightsDatabase('upgraded', [
      ...weightsVersions,
      {
        version: nextVersion,
        stores: { files: '&sha256, bytes' },
        upgrade: async (transaction) => {
          await transaction.table('files').toCollection().modify({ savedAt: 0 });
        },
      },
    ]);
    expect(await access(after, () => after.files.where('bytes').equals(2500).count())).toBe(1);
    expect((await after.files.get(file.sha256))?.savedAt).toBe(0);
    const { source, ranges } = countingSource(bytes);
    expect((await new WeightStore(after, 1000).load(file, source)).data).toEqual(bytes);
    expect(ranges).toEqual([]);
  });

  it('lets another tab upgrade, and goes on in the tab that was there before', async () => {
    const before = new WeightsDatabase('two tabs');
    await access(before, () => before.files.count());
    const after = new WeightsDatabase('two tabs', [
      ...weightsVersions,
      { version: nextVersion, stores: { extra: '&id' } },
    ]);
    expect(await access(after, () => after.table('extra').count())).toBe(0);
    expect(await access(before, () => before.files.count())).toBe(0);
  });
});
