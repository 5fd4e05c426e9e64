import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/worker/index.ts';
import { shippedResources } from '../../models/recipe/shippedResources.ts';
import {
  deleteStores,
  learningPlace,
  never,
  placeWithRun as withRun,
  quiet,
  settings,
  syntheticRequest,
} from './nodeLearning.ts';

const resources = await shippedResources();

const placeWithRun = (more: Parameters<typeof settings>[0] = {}, place = learningPlace(resources)) =>
  withRun(place, more);

afterEach(deleteStores);

describe('runs', () => {
  it('train to their end, tell how, and leave an adapter', async () => {
    const place = await placeWithRun();
    expect(place.run.phase).toBe('ready');
    const events: RunEvent[] = [];
    const ended = await place.runs.train(place.run.id, (event) => events.push(event), undefined, never);
    expect(ended).toMatchObject({ phase: 'finished', hasAdapter: true, notKept: null });
    expect(ended.epochs).toHaveLength(3);
    expect(ended.step).toBe(ended.totalSteps);
    const epochs = events.filter((event) => event.kind === 'epoch');
    expect(epochs.map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
    for (const { example } of epochs)
      expect(example?.probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4);
    expect(events.some(({ kind }) => kind === 'step')).toBe(true);
    expect(events.some(({ kind }) => kind === 'kept')).toBe(true);
    const [adapter] = await place.models.listAdapters();
    expect(adapter).toMatchObject({ id: place.run.id, kind: 'career', source: 'run' });
    const lowest = Math.min(...ended.epochs.map(({ tuningPerplexity }) => tuningPerplexity));
    expect(adapter.figures.tuningPerplexity).toBeCloseTo(lowest, 6);
    expect(await place.store.runs.checkpoints(place.run.id)).toHaveLength(0);
    const again = await place.runs
      .train(place.run.id, quiet, undefined, never)
      .catch((error: unknown) => error);
    expect(again).toMatchObject({ code: 'bad-input' });
  });

  it('say why they finished, also after a reload', async () => {
    const whole = await placeWithRun({ epochs: 2, patience: 2 });
    expect(await whole.runs.train(whole.run.id, quiet, undefined, never)).toMatchObject({
      phase: 'finished',
      ending: 'epochs',
    });
    await deleteStores();
    // A rate so high that no later epoch is better than an early one.
    const early = await placeWithRun({ epochs: 40, patience: 1, learningRate: 0.5, warmupSteps: 0 });
    const ended = await early.runs.train(early.run.id, quiet, undefined, never);
    expect(ended).toMatchObject({ phase: 'finished', ending: 'patience' });
    expect(ended.epochs.length).toBeLessThan(40);
    const later = await learningPlace(resources, early.store).runs.list();
    expect(later[0].ending).toBe('patience');
  });

  it('measure the untrained model once, before the first step, and keep what it gave', async () => {
    const place = await placeWithRun();
    const { id } = place.run;
    const events: RunEvent[] = [];
    const first = await place.runs.train(id, (event) => events.push(event), 1, never);
    const told = events.filter(({ kind }) => kind === 'untrained' || kind === 'step');
    expect(told[0]).toEqual({ kind: 'untrained', perplexity: first.untrainedPerplexity });
    // CAREER from scratch knows nothing: as if guessing among its occupations.
    expect(first.untrainedPerplexity).toBeGreaterThan(4);
    const next = learningPlace(resources, place.store);
    await next.panels.add(syntheticRequest);
    const later: RunEvent[] = [];
    const ended = await next.runs.train(id, (event) => later.push(event), undefined, never);
    expect(later.some(({ kind }) => kind === 'untrained')).toBe(false);
    expect(ended.untrainedPerplexity).toBe(first.untrainedPerplexity);
    const [shown] = await learningPlace(resources, place.store).runs.list();
    expect(shown.untrainedPerplexity).toBe(first.untrainedPerplexity);
  });

  it('that were stopped by the person have no ending of their own', async () => {
    const place = await placeWithRun();
    await place.runs.train(place.run.id, quiet, 1, never);
    expect(await place.runs.stop(place.run.id)).not.toHaveProperty('ending');
  });

  it('pause, stop and are deleted when asked to', async () => {
    const place = await placeWithRun({ epochs: 50 });
    const { id } = place.run;
    const training = place.runs.train(
      id,
      (event) => {
        if (event.kind === 'epoch' && event.epoch === 0) void place.runs.pause(id);
      },
      undefined,
      never,
    );
    const paused = await training;
    expect(paused.phase).toBe('paused');
    expect(paused.epochs).toHaveLength(1);
    expect(await place.runs.stop(id)).toMatchObject({ phase: 'stopped', hasAdapter: true });
    await place.runs.delete(id);
    expect(await place.runs.list()).toEqual([]);
    expect(await place.models.listAdapters()).toEqual([]);
  });

  it('that diverge fail with a reason and keep what was good', async () => {
    const place = await placeWithRun({ learningRate: 1e30, warmupSteps: 0, clipNorm: 0, decay: 'constant' });
    const ended = await place.runs.train(place.run.id, quiet, undefined, never);
    expect(ended.phase).toBe('failed');
    expect(ended.reason).toMatch(/step \d+: the loss is/);
  });

  it('stand when they are paused while they are prepared, and go on later', async () => {
    let preparing = (): Promise<unknown> => Promise.resolve();
    const place = await placeWithRun(
      {},
      learningPlace({ ...resources, runner: () => preparing().then(() => resources.runner()) }),
    );
    const { id } = place.run;
    let phase: unknown;
    preparing = async () => {
      phase = (await place.runs.list())[0].phase;
      void place.runs.pause(id);
      await place.store.runs.list();
    };
    expect(await place.runs.train(id, quiet, undefined, never)).toMatchObject({ phase: 'paused', step: 0 });
    expect(phase).toBe('training');
    expect(await place.runs.train(id, quiet, 1, never)).toMatchObject({ phase: 'paused', step: 1 });
  });

  it('are paused by a call that comes right behind', async () => {
    const place = await placeWithRun();
    const training = place.runs.train(place.run.id, quiet, undefined, never);
    await place.runs.pause(place.run.id);
    expect((await training).step).toBe(0);
  });

  it('stop while they are prepared without having been trained', async () => {
    const place = await placeWithRun();
    const training = place.runs.train(place.run.id, quiet, undefined, never);
    const stopped = await place.runs.stop(place.run.id);
    expect(stopped).toMatchObject({ phase: 'stopped', hasAdapter: false, step: 0 });
    expect((await training).step).toBe(0);
    expect((await place.store.runs.get(place.run.id)).standing).toBe('stopped');
  });

  it('are trained once where they are asked to twice', async () => {
    const place = await placeWithRun();
    const [first, second] = await Promise.allSettled([
      place.runs.train(place.run.id, quiet, 2, never),
      place.runs.train(place.run.id, quiet, 2, never),
    ]);
    expect(first).toMatchObject({ status: 'fulfilled', value: { step: 2 } });
    expect(second).toMatchObject({ status: 'rejected', reason: { code: 'in-use' } });
  });

  it('are called what the person called them last', async () => {
    const place = await placeWithRun();
    const { id } = place.run;
    await place.runs.train(id, quiet, 1, never);
    await place.runs.describe(id, { name: 'Second name', notes: 'of interest' });
    expect((await place.runs.list())[0]).toMatchObject({ name: 'Second name', notes: 'of interest' });
    await place.runs.train(id, quiet, undefined, never);
    expect((await place.models.listAdapters())[0].name).toBe('Second name');
  });

  it('that were deleted in another tab are not written again', async () => {
    const place = await placeWithRun();
    const { id } = place.run;
    await place.runs.train(id, quiet, 1, never);
    await place.store.runs.delete(id);
    await expect(place.runs.train(id, quiet, 1, never)).rejects.toMatchObject({ code: 'bad-input' });
    expect(await place.runs.list()).toEqual([]);
    expect(await place.store.runs.checkpoints(id)).toEqual([]);
  });

  it('refuse a second run while one trains, and a run whose panel is gone', async () => {
    const place = await placeWithRun({ epochs: 4 });
    const other = await place.runs.create({ panel: place.panel.id, name: 'Second', settings: settings() });
    let refused: unknown;
    await place.runs.train(
      place.run.id,
      (event) => {
        if (event.kind === 'epoch' && event.epoch === 0)
          void place.runs
            .train(other.id, quiet, undefined, never)
            .catch((error: unknown) => (refused = error));
      },
      undefined,
      never,
    );
    expect(refused).toMatchObject({ code: 'in-use' });
    await place.panels.delete(place.panel.id);
    const gone = await place.runs.train(other.id, quiet, undefined, never).catch((error: unknown) => error);
    expect(gone).toMatchObject({ code: 'bad-input' });
  });
});
