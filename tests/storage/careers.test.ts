import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import type { CareerHistory } from '../../src/career/index.ts';
import { CareersDatabase } from '../../src/storage/schema.ts';
import { WeightsDatabase } from '../../src/weights/index.ts';
import { Store, StoredQueries } from '../../src/storage/index.ts';
import { countingSource, weightBytes, weightFile } from '../weights/weightFixtures.ts';

function history(title: string): CareerHistory {
  return {
    personId: 'p1',
    population: 'NLSY97 dataset',
    birthYear: 1982,
    observations: [{ year: 2001, education: null, occupationCode: null, title, extra: { wave: '1' } }],
  };
}

let databases = 0;
function fresh() {
  const name = `careers-${databases++}`;
  const careers = new CareersDatabase(name);
  const weights = new WeightsDatabase(`${name}-weights`);
  const queries = new StoredQueries(new CareersDatabase(name), new WeightsDatabase(`${name}-weights`));
  return { careers, store: new Store(weights, careers), queries };
}

describe('careers', () => {
  it('stores nothing until asked: reading, drafts that are off, and deleting write no row', async () => {
    const { careers, store, queries } = fresh();
    expect(await queries.listCareers()).toEqual([]);
    expect(await store.careers.saveDraft({ name: '', history: history('Cook'), next: null })).toBe(false);
    await store.careers.delete('nothing');
    expect(await careers.careers.count()).toBe(0);
    expect(await careers.drafts.count()).toBe(0);
    expect(await queries.loadDraft()).toBeNull();
  });

  it('saves, lists newest first, loads exactly, renames and deletes', async () => {
    const { store, queries } = fresh();
    const next = { year: 2002, education: null };
    const first = await store.careers.save({ name: 'mine', history: history('Cook'), next });
    await new Promise((resolve) => setTimeout(resolve, 2));
    const second = await store.careers.save({ name: 'other', history: history('Nurse'), next: null });
    expect((await queries.listCareers()).map((career) => career.name)).toEqual(['other', 'mine']);
    expect((await queries.listCareers())[0]?.observations).toBe(1);
    expect(await queries.loadCareer(first.id)).toEqual({
      career: { ...first, history: history('Cook'), next },
      isAsSaved: true,
    });
    await store.careers.rename(first.id, 'my career');
    await store.careers.rename(first.id, 'my career');
    expect((await queries.loadCareer(first.id))?.career.name).toBe('my career');
    await store.careers.delete(second.id);
    expect(await queries.loadCareer(second.id)).toBeNull();
  });

  it('replaces the career of the same id', async () => {
    const { store, queries } = fresh();
    const { id } = await store.careers.save({ name: 'mine', history: history('Cook'), next: null });
    await store.careers.save({ id, name: 'mine', history: history('Chef'), next: null });
    expect(await queries.listCareers()).toHaveLength(1);
    expect((await queries.loadCareer(id))?.career.history.observations[0]?.title).toBe('Chef');
  });

  it('stores a copy: a later change of the object does not reach the store', async () => {
    const { store, queries } = fresh();
    const observations = [...history('Cook').observations];
    const { id } = await store.careers.save({
      name: '',
      history: { ...history(''), observations },
      next: null,
    });
    observations.pop();
    expect((await queries.loadCareer(id))?.career.history.observations).toHaveLength(1);
  });

  it('says so when the career to be renamed is gone', async () => {
    await expect(fresh().store.careers.rename('gone', 'x')).rejects.toMatchObject({ code: 'bad-input' });
  });

  it('keeps a draft only while drafts are on, and off deletes it', async () => {
    const { store, queries } = fresh();
    const draft = { name: '', history: history('Cook'), next: null };
    await store.careers.keepDrafts(true);
    expect(await queries.keepsDrafts()).toBe(true);
    expect(await store.careers.saveDraft(draft)).toBe(true);
    expect((await queries.loadDraft())?.history).toEqual(history('Cook'));
    expect(await queries.listCareers()).toEqual([]);
    await store.careers.keepDrafts(false);
    expect(await queries.loadDraft()).toBeNull();
    expect(await store.careers.saveDraft(draft)).toBe(false);
  });
});

describe('deleteEverything', () => {
  it('leaves no career, draft, setting or weights, and the store works afterwards', async () => {
    const { store, queries } = fresh();
    const bytes = weightBytes(500);
    await store.weights.load(await weightFile(bytes), countingSource(bytes).source);
    await store.keepManifest('/models/manifest.json', { name: 'm' });
    await store.careers.save({ name: 'mine', history: history('Cook'), next: null });
    await store.careers.keepDrafts(true);
    await store.careers.saveDraft({ name: '', history: history('Cook'), next: null });
    expect(await queries.report()).toMatchObject({ weightBytes: 500, careers: 1, keepsDrafts: true });
    await store.deleteEverything();
    expect(await queries.report()).toMatchObject({ weightBytes: 0, careers: 0, keepsDrafts: false });
    expect(await queries.loadDraft()).toBeNull();
    expect(await store.keptManifest('/models/manifest.json')).toBeNull();
    await store.careers.save({ name: 'again', history: history('Cook'), next: null });
    expect(await queries.listCareers()).toHaveLength(1);
  });
});
