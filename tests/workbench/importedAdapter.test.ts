import 'fake-indexeddb/auto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shippedResources } from '../../models/recipe/shippedResources.ts';
import { exportAdapter } from '../../src/predictors/files/adapterFile.ts';
import type { AdapterFileSet, StoredSettings } from '../../src/worker/index.ts';
import { defaultSettings } from '../../src/predictors/defaultSettings.ts';
import { readAdapter } from '../../src/predictors/files/readAdapter.ts';
import { deleteStores, learningPlace, syntheticRequest } from './nodeLearning.ts';

const place = learningPlace(await shippedResources());
const files: Record<'head' | 'lora', AdapterFileSet> = { head: [], lora: [] };

async function trained(kind: 'head' | 'lora', changes: Partial<StoredSettings>): Promise<AdapterFileSet> {
  const origin = { kind: 'synthetic', people: 40, seed: 4, occupations: 6 } as const;
  const panel = await place.panels.add({ ...syntheticRequest, origin });
  const settings = { ...defaultSettings(kind, panel), epochs: 1, ...changes };
  const run = await place.runs.create({ panel: panel.id, name: kind, settings });
  await place.runs.train(run.id, () => undefined, undefined, new AbortController().signal);
  return place.models.exportAdapter(run.id);
}

beforeAll(async () => {
  files.head = await trained('head', {});
  files.lora = await trained('lora', { rank: 1, topLayers: 1, tokensPerBatch: 512 });
}, 120_000);
afterAll(deleteStores);

type Card = Record<string, unknown> & { settings: { config: object } };

/** The same files with another card. */
function carded(set: AdapterFileSet, changes: (card: Card) => object): AdapterFileSet {
  return set.map((file) => {
    if (!/adapter\.json|onward\.json/.test(file.name)) return file;
    const card = JSON.parse(new TextDecoder().decode(file.content)) as Card;
    return { ...file, content: new TextEncoder().encode(JSON.stringify({ ...card, ...changes(card) })) };
  });
}

/** The same with one byte of its weights changed, in the last tensor. */
function flipped(set: AdapterFileSet): AdapterFileSet {
  return set.map((file) => {
    if (!file.name.endsWith('.safetensors')) return file;
    const content = file.content.slice();
    content[content.length - 4] ^= 1;
    return { ...file, content };
  });
}

const otherModel = { baseModel: { name: 'onward-3m', revision: 'another' } };
const faults: [string, (set: AdapterFileSet) => AdapterFileSet, RegExp][] = [
  ['another base model', (set) => carded(set, () => otherModel), /trained on the model .*another/],
  ['another template', (set) => carded(set, () => ({ template: 'onward-0' })), /template onward-0/],
  ['weights with a changed byte', flipped, /other weights: their checksum differs/],
  ['weights that are cut off', (set) => set.map(cutOff), /cut off/],
  ['a card that is no JSON', (set) => set.map(noJson), /no JSON/],
];

function cutOff(file: AdapterFileSet[number]) {
  return file.name.endsWith('.safetensors') ? { ...file, content: file.content.slice(0, -5) } : file;
}

function noJson(file: AdapterFileSet[number]) {
  return /adapter\.json|onward\.json/.test(file.name) ? { ...file, content: new Uint8Array([123]) } : file;
}

describe('files from elsewhere', () => {
  it.each((['head', 'lora'] as const).flatMap((kind) => faults.map((fault) => [kind, ...fault] as const)))(
    'of a %s: %s is named',
    async (kind, _, fault, words) => {
      const before = await place.models.listAdapters();
      await expect(place.models.importAdapter('Broken', fault(files[kind]))).rejects.toMatchObject({
        code: 'bad-input',
        message: expect.stringMatching(words) as string,
      });
      expect(await place.models.listAdapters()).toEqual(before);
    },
  );

  it('of a head with another list, another rank, or no words are named', async () => {
    const list = carded(files.head, ({ occupations }) => ({
      occupations: { ...(occupations as object), occupations: [{ code: 'x', title: 'Clown' }] },
    }));
    await expect(place.models.importAdapter('', list)).rejects.toThrow(/list was changed/);
    const rank = carded(files.head, ({ settings }) => ({
      settings: { ...settings, config: { ...settings.config, rank: 3 } },
    }));
    await expect(place.models.importAdapter('', rank)).rejects.toThrow(
      /adapter\.\S+ has shape \[32, .* \[3, /,
    );
    const words = carded(files.head, ({ settings: { config } }) => ({ settings: { config } }));
    await expect(place.models.importAdapter('', words)).rejects.toThrow(/settings\.encoding/);
  });

  it('of LoRA need no card of ours, as from a cluster; without PEFT’s configuration they are not read', async () => {
    const peft = files.lora.filter(({ name }) => name !== 'onward.json');
    const row = await place.models.importAdapter('From the cluster', peft);
    expect(row).toMatchObject({ kind: 'lora', name: 'From the cluster', learnedFrom: { people: 0 } });
    const config = peft.filter(({ name }) => name === 'adapter_config.json');
    await expect(place.models.importAdapter('', config)).rejects.toThrow(
      /adapter_model.safetensors is missing/,
    );
  });

  it('of an average of models that are not here are refused', async () => {
    const { about } = await readAdapter(files.head);
    const average = { format: 'onward-average', version: 1, models: ['nobody'], gate: [[], [], []] };
    const { weights, card } = await exportAdapter({
      about: { ...about, kind: 'average', settings: { average } },
      tensors: new Map(),
    });
    const set = [
      { name: 'adapter.safetensors', content: weights },
      { name: 'adapter.json', content: new TextEncoder().encode(card) },
    ];
    await expect(place.models.importAdapter('', set)).rejects.toThrow(/No model nobody came with/);
  });
});
