import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/platform/index.ts';
import type { CareerRunSettings, RunEvent } from '../../../src/worker/index.ts';
import { defaultSettings } from '../../../src/worker/learning/models/defaultSettings.ts';
import { shippedResources } from '../../../models/recipe/shippedResources.ts';
import { deleteStores, learningPlace, syntheticRequest } from './nodeLearning.ts';

const resources = await shippedResources();

afterEach(deleteStores);

const settings = (more: Partial<CareerRunSettings> = {}): CareerRunSettings => ({
  ...(defaultSettings('career', {
    parts: {
      fitting: { people: 100, observations: 1000 },
      tuning: { people: 10, observations: 100 },
      test: { people: 0, observations: 0 },
    },
  }) as CareerRunSettings),
  hiddenSize: 16,
  intermediateSize: 32,
  layers: 1,
  epochs: 3,
  ...more,
});

async function placeWithRun(more: Partial<CareerRunSettings> = {}, place = learningPlace(resources)) {
  const panel = await place.panels.add(syntheticRequest);
  const run = await place.runs.create({ panel: panel.id, name: 'First', settings: settings(more) });
  return { ...place, panel, run };
}

const quiet = () => undefined;
const never = new AbortController().signal;
const weights = async ({ models }: Pick<ReturnType<typeof learningPlace>, 'models'>, id: string) =>
  (await models.exportAdapter(id)).find(({ name }) => name.endsWith('.safetensors'))?.content;

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

  it('end in the same bytes when the worker dies in between, however often', async () => {
    const undisturbed = await placeWithRun();
    await undisturbed.runs.train(undisturbed.run.id, quiet, undefined, never);
    const expected = await weights(undisturbed, undisturbed.run.id);

    const first = await placeWithRun({}, learningPlace(resources, undisturbed.store));
    const { id } = first.run;
    let place: ReturnType<typeof learningPlace> = first;
    let ended = await place.runs.train(id, quiet, 3, never);
    expect(ended).toMatchObject({ phase: 'paused', step: 3 });
    while (ended.phase !== 'finished') {
      // The next worker: nothing in memory but the panel, which the page gives it again.
      place = learningPlace(resources, undisturbed.store);
      expect((await place.runs.list()).find((run) => run.id === id)).toMatchObject({
        phase: 'interrupted',
        hasPanel: false,
      });
      await place.panels.add(syntheticRequest);
      ended = await place.runs.train(id, quiet, 7, never);
    }
    expect(await weights(place, id)).toEqual(expected);
  });

  it('go on from the checkpoint before where the last one is damaged', async () => {
    const place = await placeWithRun();
    await place.runs.train(place.run.id, quiet, 6, never);
    const [last, before] = await place.store.runs.checkpoints(place.run.id);
    const theta = last.state.theta.slice();
    theta[3] = NaN;
    await place.store.runs.keepCheckpoint(
      { ...last, state: { ...last.state, theta } },
      { ...place.run, step: last.step },
    );
    const next = learningPlace(resources, place.store);
    await next.panels.add(syntheticRequest);
    const steps: number[] = [];
    await next.runs.train(
      place.run.id,
      (event) => {
        if (event.kind === 'kept') steps.push(event.step);
      },
      1,
      never,
    );
    expect(steps.at(-1)).toBe(before.step + 1);
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

  it('go on in memory where the device takes nothing, and say so', async () => {
    const place = await placeWithRun();
    const full = new AppError('quota', 'The disk is full');
    place.store.runs.keepCheckpoint = () => Promise.reject(full);
    place.store.runs.end = () => Promise.reject(full);
    const events: RunEvent[] = [];
    const ended = await place.runs.train(place.run.id, (event) => events.push(event), undefined, never);
    expect(events).toContainEqual({ kind: 'not-kept', code: 'quota', message: 'The disk is full' });
    expect(ended).toMatchObject({ phase: 'finished', hasAdapter: true, notKept: { code: 'quota' } });
    expect(await weights(place, place.run.id)).toBeInstanceOf(Uint8Array);
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
