import 'fake-indexeddb/auto';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { shippedResources } from '../../models/recipe/shippedResources.ts';
import { runDifferences } from '../../src/ui/learn/train/runDifferences.ts';
import { settingsIn, settingsProblem, withSetting } from '../../src/ui/learn/train/settingFields.ts';
import { defaultSettings, kinds } from '../../src/predictors/index.ts';
import { Store } from '../../src/storage/index.ts';
import { Answers } from '../../src/workbench/answers/answers.ts';
import {
  deleteStores,
  learningPlace,
  never,
  quiet,
  syntheticRequest,
  weights,
} from '../workbench/nodeLearning.ts';

// The one line: everything else that a kind needs is in its folder.
vi.mock(import('../../src/predictors/registry.ts'), async (original) => {
  const registry = await original();
  const { toy } = await import('../fixtures/toyKind/kind.ts');
  (registry.kinds as unknown[]).push(toy);
  return registry;
});

const resources = await shippedResources();
const store = new Store();
const place = learningPlace(resources, store);
const panel = await place.panels.add(syntheticRequest);
await place.panels.keep(panel.id);
afterAll(deleteStores);

describe('a kind of model that is one folder and one line', () => {
  const settings = { ...defaultSettings('toy', panel), batchSize: 32 };

  it('is offered, has a form of its own, and says what is wrong with it', () => {
    expect(kinds.map(({ id }) => id)).toContain('toy');
    expect(settingsIn(settings).map(([name]) => name)).toContain('sharpness');
    expect(settingsProblem(settings)).toBeNull();
    expect(settingsProblem(withSetting(settings, 'sharpness', 11))).toMatch(/from 0.1 to 10/);
    expect(settingsProblem(withSetting(settings, 'sharpness', 5))).toBe('toy_not_five');
  });

  it('trains, stands, and goes on in another worker to the same bytes', async () => {
    const whole = await place.runs.create({ panel: panel.id, name: 'Whole', settings });
    await place.runs.train(whole.id, quiet, undefined, never);

    const parted = await place.runs.create({ panel: panel.id, name: 'Parted', settings });
    expect(await place.runs.train(parted.id, quiet, 4, never)).toMatchObject({ phase: 'paused', step: 4 });
    await place.runs.close();
    const after = learningPlace(resources, store);
    const ended = await after.runs.train(parted.id, quiet, undefined, never);
    expect(ended).toMatchObject({ phase: 'finished', hasAdapter: true });
    expect(await weights(after, parted.id)).toEqual(await weights(place, whole.id));
    expect(runDifferences(await described(whole.id), ended)).toEqual([]);
  });

  it('is compared, answers live, leaves as files and comes back', async () => {
    const [trained] = (await place.shelf.list()).filter(({ kind }) => kind === 'toy');
    const report = await place.models.compare({
      panel: panel.id,
      part: 'test',
      models: [
        { name: 'Toy', model: { kind: 'adapter', id: trained.id } },
        { name: 'Table', model: { kind: 'baseline', name: 'transitions' } },
      ],
      draws: 20,
    });
    expect(report.models.map(({ name }) => name)).toEqual(['Toy', 'Table']);
    const [person] = await place.panels.read(panel.id, 'test');
    const { observations, ...facts } = person;
    const { occupationCode: _code, title: _title, ...next } = observations[observations.length - 1];
    const history = { ...facts, observations: observations.slice(0, -1) };
    const asked = { history, next, list: panel.list.list, adapters: [trained.id] };
    const live = await new Answers(resources, place.shelf, []).predict(asked);
    expect(live.unanswered).toEqual([]);
    expect(live.adapters).toMatchObject([{ id: trained.id, name: trained.name, kind: 'toy' }]);
    expect(live.adapters[0].probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 6);

    const files = await place.models.exportAdapter(trained.id);
    const imported = await place.models.importAdapter('From a friend', files);
    expect(imported).toMatchObject({ kind: 'toy', source: 'import', name: 'From a friend' });
    const scoresBy = async (id: string) =>
      (
        await place.models.scorePanel({ panel: panel.id, part: 'test', model: { kind: 'adapter', id } })
      ).flatMap(({ logProbs }) => [...logProbs]);
    expect(await scoresBy(imported.id)).toEqual(await scoresBy(trained.id));
  });

  async function described(id: string) {
    const run = (await place.runs.list()).find((each) => each.id === id);
    if (!run) throw new Error(`No run ${id}`);
    return run;
  }
});

describe('a row of a kind that this build does not know', () => {
  it('is kept and shown, and says why it cannot go on', async () => {
    const { id } = await place.runs.create({
      panel: panel.id,
      name: 'From the future',
      settings: { kind: 'oracle', seed: 1, epochs: 2 },
    });
    const listed = (await place.runs.list()).find((run) => run.id === id);
    expect(listed).toMatchObject({ name: 'From the future', settings: { kind: 'oracle' } });
    expect(settingsIn({ kind: 'oracle', seed: 1, epochs: 2 })).toEqual([
      ['seed', 1],
      ['epochs', 2],
    ]);
    await expect(place.runs.train(id, quiet, undefined, never)).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('oracle') as string,
    });
  });
});
