import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { CareersDatabase, careersVersions } from '../../src/storage/schema.ts';
import { WeightsDatabase } from '../../src/weights/index.ts';
import {
  type CheckpointRow,
  type PanelRow,
  type RunProgress,
  type RunRow,
  Store,
  StoredQueries,
} from '../../src/storage/index.ts';
import { fillDisk } from '../weights/weightFixtures.ts';
import { panel as madePanel, run } from './backup/madeRows.ts';

let databases = 0;
function fresh() {
  const name = `learning-${databases++}`;
  const careers = new CareersDatabase(name);
  const weights = new WeightsDatabase(`${name}-weights`);
  const queries = new StoredQueries(new CareersDatabase(name), new WeightsDatabase(`${name}-weights`));
  return { name, careers, weights, store: new Store(weights, careers), queries };
}

const panel: PanelRow = { ...madePanel, bytes: 5 };
const row: RunRow = { ...run, totalSteps: 0, createdAt: 1 };

const progress = (step: number): RunProgress => ({ step, totalSteps: 9, epochs: [], seconds: step });

function checkpoint(step: number): CheckpointRow {
  const vector = Float32Array.of(step, step + 1);
  const state = { step, theta: vector, mu: vector, nu: vector, average: null, best: vector };
  const curves = { tuningNlls: [], trainingLosses: [], epochLoss: { sum: 0.5, steps: 1 } };
  return { run: 'run', step, fingerprint: 'task', state: { ...state, ...curves }, savedAt: 100 + step };
}

const adapter = {
  row: {
    id: 'run',
    name: 'First try',
    kind: 'logit' as const,
    source: 'run' as const,
    learnedFrom: { people: 1, observations: 3, firstYear: 2000, lastYear: 2004 },
    list: null,
    figures: { tuningPerplexity: 3 },
    bytes: 4,
    createdAt: 2,
  },
  files: [{ name: 'card.json', content: Uint8Array.of(1, 2, 3, 4) }],
};

describe('panels', () => {
  it('are stored whole, with their people in order, and go with all of them', async () => {
    const { store, careers, queries } = fresh();
    const people = [Uint8Array.of(1), Uint8Array.of(2, 3), Uint8Array.of(4, 5)];
    await store.panels.save(panel, people);
    expect(await store.panels.load('panel')).toEqual({ row: panel, people });
    await store.panels.save(panel, people.slice(0, 1));
    expect((await store.panels.load('panel'))?.people).toHaveLength(1);
    await store.panels.rename('panel', 'Another');
    expect((await store.panels.list()).map(({ name }) => name)).toEqual(['Another']);
    expect((await queries.report()).panels).toEqual({ count: 1, bytes: 5 });
    await store.panels.delete('panel');
    expect(await store.panels.load('panel')).toBeNull();
    expect(await careers.panelPeople.count()).toBe(0);
  });

  it('leave nothing behind when the disk fills while they are written', async () => {
    const { store, careers } = fresh();
    fillDisk(careers, 'panelPeople', 1);
    const saving = store.panels.save(panel, [Uint8Array.of(1), Uint8Array.of(2)]);
    await expect(saving).rejects.toMatchObject({ code: 'quota' });
    expect(await careers.panels.count()).toBe(0);
    expect(await careers.panelPeople.count()).toBe(0);
  });
});

describe('runs', () => {
  it('keep the last two checkpoints, byte for byte, and how far they are', async () => {
    const { store } = fresh();
    await store.runs.create(row);
    for (const step of [1, 2, 3]) await store.runs.keepCheckpoint(checkpoint(step), progress(step));
    expect(await store.runs.checkpoints('run')).toEqual([checkpoint(3), checkpoint(2)]);
    expect(await store.runs.get('run')).toEqual({ ...row, ...progress(3), keptAt: 103 });
  });

  it('keep the checkpoint before, and the row that belongs to it, when the next one cannot be written', async () => {
    const { store, careers } = fresh();
    fillDisk(careers, 'checkpoints', 1);
    await store.runs.create(row);
    await store.runs.keepCheckpoint(checkpoint(1), progress(1));
    const keeping = store.runs.keepCheckpoint(checkpoint(2), progress(2));
    await expect(keeping).rejects.toMatchObject({ code: 'quota' });
    expect(await store.runs.checkpoints('run')).toEqual([checkpoint(1)]);
    expect((await store.runs.get('run')).step).toBe(1);
  });

  it('keep words that were written while they trained', async () => {
    const { store } = fresh();
    await store.runs.create(row);
    await store.runs.describe('run', { notes: 'slow' });
    await store.runs.keepCheckpoint(checkpoint(1), progress(1));
    expect(await store.runs.get('run')).toMatchObject({ notes: 'slow', name: 'First try', step: 1 });
  });

  it('end with an adapter and without checkpoints', async () => {
    const { store, careers } = fresh();
    await store.runs.create(row);
    await store.runs.keepCheckpoint(checkpoint(1), progress(1));
    await store.runs.end('run', { standing: 'finished', reason: null }, progress(9), adapter);
    expect(await store.runs.get('run')).toMatchObject({ standing: 'finished', step: 9, hasAdapter: true });
    expect(await careers.checkpoints.count()).toBe(0);
    expect(await store.adapters.load('run')).toMatchObject({
      row: adapter.row,
      files: [{ content: Uint8Array.of(1, 2, 3, 4) }],
    });
    await store.adapters.delete('run');
    expect((await store.runs.get('run')).hasAdapter).toBe(false);
    await expect(store.adapters.load('run')).rejects.toMatchObject({ code: 'bad-input' });
  });

  it('write nothing once they are deleted', async () => {
    const { store, careers } = fresh();
    await store.runs.create(row);
    await store.runs.delete('run');
    const late = store.runs.keepCheckpoint(checkpoint(1), progress(1));
    await expect(late).rejects.toMatchObject({ code: 'bad-input' });
    expect(await careers.checkpoints.count()).toBe(0);
    expect(await careers.runs.count()).toBe(0);
  });
});

describe('room', () => {
  it('is made of what can be computed again, before anything the person made is refused', async () => {
    const { store, careers, queries } = fresh();
    await store.hiddenStates.keep({ key: 'k', index: 0, panel: 'panel', data: Uint16Array.of(1, 2) });
    expect((await queries.report()).hiddenStateBytes).toBe(4);
    await store.runs.create(row);
    let isFull = true;
    careers.checkpoints.hook('creating', () => {
      if (isFull) throw new DOMException('The disk is full', 'QuotaExceededError');
    });
    let step = 1;
    const keep = () => store.runs.keepCheckpoint(checkpoint(step), progress(step));
    await expect(keep()).rejects.toMatchObject({ code: 'quota' });
    let tries = 0;
    await store.withRoom(() => {
      isFull = tries++ === 0;
      return keep();
    });
    expect(tries).toBe(2);
    expect(await store.hiddenStates.load('k', 0)).toBeNull();
    isFull = true;
    step = 2;
    await expect(store.withRoom(keep)).rejects.toMatchObject({ code: 'quota' });
  });

  it('is all given back: delete everything covers panels, runs, adapters and hidden states', async () => {
    const { store, queries } = fresh();
    await store.panels.save(panel, [Uint8Array.of(1)]);
    await store.runs.create(row);
    await store.runs.keepCheckpoint(checkpoint(1), progress(1));
    await store.adapters.save(adapter);
    await store.hiddenStates.keep({ key: 'k', index: 0, panel: 'panel', data: Uint16Array.of(1, 2) });
    await store.deleteEverything();
    expect(await queries.report()).toMatchObject({
      panels: { count: 0, bytes: 0 },
      runs: 0,
      adapters: { count: 0, bytes: 0 },
      hiddenStateBytes: 0,
    });
    expect(await store.runs.checkpoints('run')).toEqual([]);
  });
});

describe('schema', () => {
  it('keeps the careers of the release that could not train', async () => {
    const before = new CareersDatabase('no training', careersVersions.slice(0, 1));
    const career = { id: 'c', name: 'mine', history: { personId: 'p', population: '', observations: [] } };
    await before.careers.put({ ...career, next: null, savedAt: 1 });
    before.close();
    const store = new Store(new WeightsDatabase('no training, weights'), new CareersDatabase('no training'));
    expect(await store.runs.list()).toEqual([]);
    await store.panels.save(panel, []);
    const queries = new StoredQueries(new CareersDatabase('no training'));
    expect((await queries.listCareers()).map(({ id }) => id)).toEqual(['c']);
  });
});
