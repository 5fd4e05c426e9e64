import 'fake-indexeddb/auto';
import { unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { Store } from '../../../src/storage/index.ts';
import { CareersDatabase } from '../../../src/storage/schema.ts';
import { WeightsDatabase } from '../../../src/weights/index.ts';
import { adapter, career, checkpoint, panel, run } from './madeRows.ts';

let databases = 0;
function fresh() {
  const name = `backup-${databases++}`;
  const careers = new CareersDatabase(name);
  return { careers, store: new Store(new WeightsDatabase(`${name}-weights`), careers) };
}

/** A device on which somebody saved, kept drafts, stored people and trained. */
async function used() {
  const device = fresh();
  const { store } = device;
  await store.careers.keepDrafts(true);
  await store.careers.save(career);
  await store.careers.saveDraft({ ...career, name: 'Unsaved' });
  await store.panels.save(panel, [new Uint8Array([1, 2, 3]), new Uint8Array([4])]);
  await store.runs.create(run);
  await store.runs.keepCheckpoint(checkpoint, { step: 7, totalSteps: 20, epochs: [], seconds: 3 });
  await store.adapters.save(adapter);
  return device;
}

/** What the tests look at in any row. */
interface AnyRow {
  id: string;
  name: string;
}

async function rowsOf({ careers }: { careers: CareersDatabase }) {
  const tables = await Promise.all(careers.tables.map((table) => table.toArray() as Promise<AnyRow[]>));
  return Object.fromEntries(careers.tables.map(({ name }, i) => [name, tables[i]]));
}

describe('a backup', () => {
  it('brings every row to another device as it was, vectors and numbers that JSON lacks included', async () => {
    const here = await used();
    const there = fresh();
    const archive = await here.store.backup.export();
    const { contents } = await there.store.backup.import(archive, 'keep-both');
    expect(contents).toEqual({
      careers: { fresh: 1, same: 0, different: 0 },
      panels: { fresh: 1, same: 0, different: 0 },
      models: { fresh: 2, same: 0, different: 0 },
    });
    expect(await rowsOf(there)).toEqual(await rowsOf(here));
    const [{ state }] = await there.store.runs.checkpoints('run');
    expect(state.theta).toBeInstanceOf(Float32Array);
    expect(state.tuningNlls[1]).toBeNaN();
  });

  it('changes nothing where all of it is already', async () => {
    const here = await used();
    const before = await rowsOf(here);
    const { contents } = await here.store.backup.import(await here.store.backup.export(), 'keep-both');
    expect(contents.models).toEqual({ fresh: 0, same: 2, different: 0 });
    expect(await rowsOf(here)).toEqual(before);
  });

  it('never overwrites: what differs comes in beside it, or not at all', async () => {
    const here = await used();
    const archive = await here.store.backup.export();
    await here.store.careers.rename(career.id, 'Renamed since');
    await here.store.runs.keepCheckpoint(
      { ...checkpoint, step: 9 },
      { step: 9, totalSteps: 20, epochs: [], seconds: 4 },
    );
    const before = await rowsOf(here);

    await here.store.backup.import(archive, 'keep-mine');
    expect(await rowsOf(here)).toEqual(before);

    const { contents } = await here.store.backup.import(archive, 'keep-both');
    expect(contents.careers.different).toBe(1);
    const after = await rowsOf(here);
    for (const [table, rows] of Object.entries(before))
      expect(after[table]).toEqual(expect.arrayContaining(rows));
    expect(after.careers).toHaveLength(2);
    expect(after.careers.map(({ name }) => name).sort()).toEqual(['Mine (imported)', 'Renamed since']);
    const [copy] = after.runs.filter(({ id }) => id !== 'run');
    expect(copy).toMatchObject({ name: 'First try (imported)', step: 7 });
    expect((await here.store.runs.checkpoints(copy.id)).map(({ step }) => step)).toEqual([7]);
  });

  it('keeps unsaved work of both devices', async () => {
    const here = await used();
    const there = fresh();
    await there.store.careers.keepDrafts(true);
    await there.store.careers.saveDraft({ ...career, name: 'Unsaved there' });
    await there.store.backup.import(await here.store.backup.export(), 'keep-both');
    const { drafts, careers } = await rowsOf(there);
    expect(drafts).toMatchObject([{ name: 'Unsaved there' }]);
    expect(careers.map(({ name }) => name).sort()).toEqual(['Mine', 'Unsaved (imported)']);
  });

  it('refuses a damaged, foreign, newer or misshapen file and says what is wrong, changing nothing', async () => {
    const here = await used();
    const archive = new Uint8Array(await (await here.store.backup.export()).arrayBuffer());
    const files = unzipSync(archive);
    const manifest = JSON.parse(new TextDecoder().decode(files['onward-backup.json'])) as { version: number };
    const [vector] = Object.keys(files).filter((name) => name.startsWith('data/'));
    const flipped = files[vector].map((byte, i) => (i === 0 ? byte ^ 1 : byte));
    const encoded = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
    const broken: [string, Uint8Array | Record<string, Uint8Array>][] = [
      ['no ZIP archive', new Uint8Array([1, 2, 3])],
      ['no onward-backup.json', { 'notes.txt': new Uint8Array([1]) }],
      ['is not the list of a backup', { ...files, 'onward-backup.json': encoded({ format: 'other' }) }],
      ['newer version', { ...files, 'onward-backup.json': encoded({ ...manifest, version: 2 }) }],
      [`${vector} in it is missing or damaged`, { ...files, [vector]: flipped }],
      ['tables/careers.json in it is missing or damaged', { ...files, 'tables/careers.json': encoded([]) }],
    ];
    const there = fresh();
    for (const [reason, content] of broken) {
      const bytes = content instanceof Uint8Array ? content : zipSync(content);
      const refused = there.store.backup.import(new Blob([new Uint8Array(bytes)]), 'keep-both');
      await expect(refused).rejects.toMatchObject({
        code: 'bad-input',
        message: expect.stringContaining(reason) as string,
      });
    }
    expect(Object.values(await rowsOf(there)).flat()).toEqual([]);
  });
});
