import 'fake-indexeddb/auto';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shippedResources } from '../../models/recipe/shippedResources.ts';
import type { ShippedBaselines } from '../../src/evaluation/index.ts';
import { type LearningResources, openKept } from '../../src/predictors/models.ts';
import { Store, StoredQueries } from '../../src/storage/index.ts';
import { deleteStores, learningPlace, never, quiet } from './nodeLearning.ts';

/** Written by the last build before the house was cut by kinds of model: see `write.ts.txt` beside it. */
const folder = new URL('../fixtures/backups/', import.meta.url);
const recorded = JSON.parse(readFileSync(new URL('before-the-house.json', folder), 'utf8')) as {
  processor: string;
  ends: Record<string, { weightsSha256: string; tuningPerplexities: number[] }>;
};

const bundled = await shippedResources();
const models = new URL('../../models/', import.meta.url);
const shipped = new Map(
  ['head', 'career', 'path', 'path2'].map((name) => [
    name,
    {
      weights: new Uint8Array(readFileSync(new URL(`onward-3m/adapters/${name}.safetensors`, models))),
      card: readFileSync(new URL(`onward-3m/adapters/${name}.json`, models), 'utf8'),
    },
  ]),
);
const { mixture } = JSON.parse(readFileSync(new URL('baselines.json', models), 'utf8')) as ShippedBaselines;
/** With what ships beside the language model: the average is of that. */
const resources: LearningResources = {
  runner: () => bundled.runner(),
  languageModel: async () => ({
    ...(await bundled.languageModel()),
    shipped,
    mixture: () => Promise.resolve(mixture),
  }),
};
const store = new Store();
const place = learningPlace(resources, store);

beforeAll(async () => {
  const file = new Blob([readFileSync(new URL('before-the-house.zip', folder))]);
  await store.backup.import(file, 'keep-both');
});
afterAll(deleteStores);

describe('a backup of the build before', () => {
  it('brings its panel, career and draft', async () => {
    expect(await place.panels.list()).toMatchObject([{ name: 'Invented people', isStored: true }]);
    const queries = new StoredQueries();
    expect(await queries.listCareers()).toMatchObject([{ name: 'A career' }]);
    expect(await queries.loadDraft()).toMatchObject({ name: 'Unsaved work' });
  });

  it('brings models of every kind, and each answers', async () => {
    const adapters = await place.shelf.list();
    expect(adapters.map(({ name, kind }) => `${kind}: ${name}`).sort()).toEqual([
      'average: An average from a file',
      'bag-of-jobs: A finished bag-of-jobs',
      'career: A finished career',
      'head: A finished head',
      'head: A finished head on LoRA',
      'logit: A finished logit',
      'lora: A LoRA from a cluster',
      'lora: A finished lora',
    ]);
    const [panel] = await place.panels.list();
    const [person] = await place.panels.read(panel.id, 'test');
    const last = person.observations.at(-1);
    const history = { ...person, observations: person.observations.slice(0, -1) };
    const next = { year: (last?.year ?? 0) + 1, education: last?.education ?? null };
    for (const { id, kind } of adapters) {
      const { model, dispose } = await openKept(await place.shelf.load(id), resources);
      const list = model.list ?? panel.list.list;
      const { codes, probabilities } = await model.predict(history, next, list);
      expect(codes, kind).toEqual(list.occupations.map(({ code }) => code));
      expect(probabilities.reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 6);
      await dispose();
    }
  });

  const runs = Object.entries(recorded.ends);
  it.each(runs)(
    'resumes the run “%s” to the same end',
    async (name, { weightsSha256, tuningPerplexities }) => {
      const run = (await place.runs.list()).find((each) => each.name === name);
      expect(run).toMatchObject({ phase: 'interrupted', step: 3, hasPanel: true });
      const ended = await place.runs.train(run?.id ?? '', quiet, undefined, never);
      expect(ended).toMatchObject({ phase: 'finished', reason: null });
      ended.epochs.forEach(({ tuningPerplexity }, epoch) => {
        expect(tuningPerplexity / tuningPerplexities[epoch]).toBeCloseTo(1, 4);
      });
      // The kernels of another processor round otherwise: its bytes differ from the first step on.
      if (cpus()[0].model !== recorded.processor) return;
      const files = await place.models.exportAdapter(ended.id);
      const weights =
        files.find(({ name: file }) => file === 'adapter.safetensors') ??
        files.find(({ name: file }) => file === 'adapter_model.safetensors');
      expect(
        createHash('sha256')
          .update(weights?.content ?? '')
          .digest('hex'),
      ).toBe(weightsSha256);
    },
  );
});
