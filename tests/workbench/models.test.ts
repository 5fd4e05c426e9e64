import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it } from 'vitest';
import type { ModelReference, PanelRequest, StoredSettings } from '../../src/worker/index.ts';
import { defaultSettings } from '../../src/predictors/defaultSettings.ts';
import { shippedResources } from '../../models/recipe/shippedResources.ts';
import { deleteStores, learningPlace, syntheticRequest } from './nodeLearning.ts';

const resources = await shippedResources();

afterEach(deleteStores);

type Kind = 'head' | 'career' | 'lora' | 'logit' | 'bag-of-jobs';
const shorter: Partial<Record<Kind, Partial<StoredSettings>>> = {
  head: { epochs: 3 },
  lora: { epochs: 1, rank: 2, tokensPerBatch: 512 },
  career: { epochs: 3 },
  logit: { epochs: 3 },
  'bag-of-jobs': { epochs: 3 },
};
const readsText: readonly Kind[] = ['head', 'lora'];

/** Reading the text of many people would take long here. */
const few: PanelRequest = {
  ...syntheticRequest,
  origin: { kind: 'synthetic', people: 50, seed: 4, occupations: 8 },
};

async function trained(kind: Kind, place = learningPlace(resources)) {
  const panel = await place.panels.add(readsText.includes(kind) ? few : syntheticRequest);
  const settings = { ...defaultSettings(kind, panel), ...shorter[kind] };
  const run = await place.runs.create({ panel: panel.id, name: kind, settings });
  const ended = await place.runs.train(run.id, () => undefined, undefined, new AbortController().signal);
  return { place, panel, ended };
}

const perplexity = (scores: readonly { logProbs: Float64Array }[]) => {
  const all = scores.flatMap(({ logProbs }) => [...logProbs]).filter((value) => !Number.isNaN(value));
  return Math.exp(-all.reduce((sum, value) => sum + value, 0) / all.length);
};

describe.each(['head', 'career', 'lora', 'logit', 'bag-of-jobs'] as const)('a trained %s', (kind) => {
  it('opened from its files predicts the tuning people as it did at its best epoch', async () => {
    const { place, panel, ended } = await trained(kind);
    const best = Math.min(...ended.epochs.map(({ tuningPerplexity }) => tuningPerplexity));
    const model: ModelReference = { kind: 'adapter', id: ended.id };
    const scores = await place.models.scorePanel({ panel: panel.id, part: 'tuning', model });
    expect(perplexity(scores) / best).toBeCloseTo(1, 3);
    expect(ended.untrainedPerplexity).toBeGreaterThan(best);
    if (kind === 'lora') {
      const untuned: ModelReference = { kind: 'language-route' };
      const said = await place.models.scorePanel({ panel: panel.id, part: 'tuning', model: untuned });
      expect((ended.untrainedPerplexity ?? 0) / perplexity(said)).toBeCloseTo(1, 2);
    }

    const files = await place.models.exportAdapter(ended.id);
    const imported = await place.models.importAdapter('From a friend', files);
    expect(imported).toMatchObject({ name: 'From a friend', source: 'import', kind });
    const again = await place.models.scorePanel({
      panel: panel.id,
      part: 'tuning',
      model: { kind: 'adapter', id: imported.id },
    });
    expect(again.map(({ logProbs }) => logProbs)).toEqual(scores.map(({ logProbs }) => logProbs));

    const weights = files.find(({ name }) => name.endsWith('.safetensors'));
    const damaged = files.map((file) =>
      file === weights ? { ...file, content: file.content.slice(0, -5) } : file,
    );
    await expect(place.models.importAdapter('Broken', damaged)).rejects.toMatchObject({ code: 'bad-input' });
    await expect(place.models.importAdapter('Half', files.slice(0, 1))).rejects.toThrow(/missing/);
  });
});

describe('models of a panel', () => {
  it('are compared on the same people, an average among them', async () => {
    const { place, panel, ended } = await trained('career');
    const members: ModelReference[] = [
      { kind: 'adapter', id: ended.id },
      { kind: 'baseline', name: 'transitions' },
    ];
    let told = 0;
    const report = await place.models.compare(
      {
        panel: panel.id,
        part: 'test',
        models: [
          { name: 'CAREER', model: members[0] },
          { name: 'Table', model: members[1] },
          { name: 'Both', model: { kind: 'average', of: members } },
          { name: 'Language model', model: { kind: 'language-route' } },
        ],
        draws: 50,
      },
      (done, total) => (told = done / total),
    );
    expect(told).toBe(1);
    const [career, table, both, language] = report.models.map(({ metrics }) => metrics.perplexity ?? NaN);
    expect(both).toBeLessThan(Math.max(career, table));
    expect(language).toBeGreaterThan(both);
    expect(panel.optimum).toBeLessThan(both);
    const names = report.differences.map(({ first, second }) => `${first} ${second}`);
    expect(names).toContain('CAREER Table');
  });

  it('keeps hidden states of an invented panel, so that the next head need not read them again', async () => {
    const { place, panel } = await trained('head');
    let reads = 0;
    const route = (await resources.languageModel()).route;
    const read = route.hiddenStates.bind(route);
    route.hiddenStates = (...args) => {
      reads += 1;
      return read(...args);
    };
    try {
      await trained('head', learningPlace(resources, place.store));
    } finally {
      route.hiddenStates = read;
    }
    // The watched step of the example alone.
    expect(reads).toBe(1);
    expect(panel.parts.fitting.people).toBeGreaterThan(20);
  });
});
