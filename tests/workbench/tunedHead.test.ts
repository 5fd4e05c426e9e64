import 'fake-indexeddb/auto';
import { afterEach, expect, it } from 'vitest';
import { shippedResources } from '../../models/recipe/shippedResources.ts';
import type { PanelRequest } from '../../src/worker/index.ts';
import { defaultSettings } from '../../src/predictors/defaultSettings.ts';
import { deleteStores, learningPlace, syntheticRequest } from './nodeLearning.ts';

const resources = await shippedResources();
afterEach(deleteStores);

const few: PanelRequest = {
  ...syntheticRequest,
  origin: { kind: 'synthetic', people: 40, seed: 4, occupations: 8 },
};

it('LoRA carries a head, which brings it along wherever it goes', async () => {
  const place = learningPlace(resources);
  const panel = await place.panels.add(few);
  const train = async (kind: 'lora' | 'head', changes: object) => {
    const settings = { ...defaultSettings(kind, panel), ...changes };
    const run = await place.runs.create({ panel: panel.id, name: kind, settings });
    return place.runs.train(run.id, () => undefined, undefined, new AbortController().signal);
  };
  const scoresBy = async (id: string) => {
    const scores = await place.models.scorePanel({
      panel: panel.id,
      part: 'tuning',
      model: { kind: 'adapter', id },
    });
    return scores.flatMap(({ logProbs }) => [...logProbs]);
  };
  const lora = await train('lora', { epochs: 1, rank: 2, learningRate: 3e-3, tokensPerBatch: 256 });
  const plain = await train('head', { epochs: 2 });
  const tuned = await train('head', { epochs: 2, tuned: lora.id });
  expect(tuned.reason).toBeNull();

  const scores = await scoresBy(tuned.id);
  const perplexity = Math.exp(-scores.reduce((sum, value) => sum + value, 0) / scores.length);
  const best = Math.min(...tuned.epochs.map(({ tuningPerplexity }) => tuningPerplexity));
  expect(perplexity / best).toBeCloseTo(1, 3);
  expect(scores).not.toEqual(await scoresBy(plain.id));

  const files = await place.models.exportAdapter(tuned.id);
  expect(files.map(({ name }) => name).sort()).toEqual([
    'adapter.json',
    'adapter.safetensors',
    'adapter_config.json',
    'adapter_model.safetensors',
  ]);
  await place.models.deleteAdapter(lora.id);
  const imported = await place.models.importAdapter('From a friend', files);
  expect(imported.kind).toBe('head');
  expect(await scoresBy(imported.id)).toEqual(scores);

  const broken = files.filter(({ name }) => name !== 'adapter_model.safetensors');
  await expect(place.models.importAdapter('Half', broken)).rejects.toThrow(
    /adapter_model.safetensors is missing/,
  );
  await expect(train('head', { tuned: 'gone' })).rejects.toMatchObject({ code: 'bad-input' });
});
