import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/platform/index.ts';
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
  weights,
} from './nodeLearning.ts';

const resources = await shippedResources();

const placeWithRun = (more: Parameters<typeof settings>[0] = {}, place = learningPlace(resources)) =>
  withRun(place, more);

afterEach(deleteStores);

describe('what a run survives', () => {
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

  it('that diverge after a good epoch keep that epoch as their adapter', async () => {
    const place = await placeWithRun({ epochs: 50 });
    const { id } = place.run;
    const good = await place.runs.train(
      id,
      (event) => {
        if (event.kind === 'epoch' && event.epoch === 1) void place.runs.pause(id);
      },
      undefined,
      never,
    );
    const [last] = await place.store.runs.checkpoints(id);
    const theta = last.state.theta.map(() => 3e38);
    await place.store.runs.keepCheckpoint({ ...last, state: { ...last.state, theta } }, good);
    const next = learningPlace(resources, place.store);
    await next.panels.add(syntheticRequest);
    const ended = await next.runs.train(id, quiet, undefined, never);
    expect(ended).toMatchObject({ phase: 'failed', hasAdapter: true });
    const [adapter] = await next.models.listAdapters();
    const lowest = Math.min(...good.epochs.map(({ tuningPerplexity }) => tuningPerplexity));
    expect(adapter.figures.tuningPerplexity).toBeCloseTo(lowest, 6);
  });

  it('tell each epoch once when the last checkpoint, of a later epoch, is damaged', async () => {
    const undisturbed = await placeWithRun();
    const expected = await undisturbed.runs.train(undisturbed.run.id, quiet, undefined, never);
    const place = await placeWithRun({}, learningPlace(resources, undisturbed.store));
    const { id } = place.run;
    const paused = await place.runs.train(
      id,
      (event) => {
        if (event.kind === 'epoch') void place.runs.pause(id);
      },
      undefined,
      never,
    );
    expect(paused.epochs).toHaveLength(1);
    const [last] = await place.store.runs.checkpoints(id);
    const mu = last.state.mu.slice(1);
    await place.store.runs.keepCheckpoint({ ...last, state: { ...last.state, mu } }, paused);
    const next = learningPlace(resources, place.store);
    await next.panels.add(syntheticRequest);
    const ended = await next.runs.train(id, quiet, undefined, never);
    expect(ended.epochs).toEqual(expected.epochs);
    expect(await weights(next, id)).toEqual(await weights(undisturbed, undisturbed.run.id));
  });

  it('go on from the last checkpoint after a failure that is no divergence', async () => {
    const place = await placeWithRun();
    const { id } = place.run;
    await place.runs.train(id, quiet, 3, never);
    const keep = place.store.runs.keepCheckpoint.bind(place.store.runs);
    place.store.runs.keepCheckpoint = () => Promise.reject(new AppError('internal', 'broken'));
    await expect(place.runs.train(id, quiet, 2, never)).rejects.toMatchObject({ code: 'internal' });
    place.store.runs.keepCheckpoint = keep;
    expect(await place.runs.train(id, quiet, 1, never)).toMatchObject({ phase: 'paused', step: 4 });
  });

  it('answer who asks again after a worker that died at the very end', async () => {
    const place = await placeWithRun();
    const { id } = place.run;
    const ended = await place.runs.train(id, quiet, undefined, never);
    const again = await place.runs.train(id, quiet, undefined, never, true);
    expect({ ...again, seconds: 0 }).toEqual({ ...ended, seconds: 0 });
  });

  it('keep their state in memory while another run is trained, where the device takes nothing', async () => {
    const place = learningPlace(resources);
    const full = () => Promise.reject(new AppError('quota', 'The disk is full'));
    const create = place.store.runs.create.bind(place.store.runs);
    place.store.runs.create = full;
    const { run, panel } = await placeWithRun({}, place);
    await place.runs.train(run.id, quiet, 3, never);
    const other = await place.runs.create({ panel: panel.id, name: 'Second', settings: settings() });
    await place.runs.train(other.id, quiet, 1, never);
    expect(await place.runs.train(run.id, quiet, 1, never)).toMatchObject({
      step: 4,
      notKept: { code: 'quota' },
    });
    place.store.runs.create = create;
    expect(await place.runs.train(run.id, quiet, 1, never)).toMatchObject({ step: 5, notKept: null });
    expect(await place.store.runs.get(run.id)).toMatchObject({ step: 5 });
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
});
