import { describe, expect, it } from 'vitest';
import {
  exportAdapter,
  importAdapter,
  type Adapter,
  type Expectations,
} from '../../src/predictors/files/adapterFile.ts';
import { readCard, type AdapterAbout } from '../../src/predictors/files/card.ts';
import { occ1990dd, type OccupationList } from '../../src/occupation/index.ts';

const list: OccupationList = {
  name: 'trades',
  occupations: [
    { code: '1', title: 'Bakers' },
    { code: '2', title: 'Cooks' },
  ],
};

const about: AdapterAbout = {
  kind: 'head',
  name: 'Head of trades',
  date: '2026-11-23T10:00:00.000Z',
  baseModel: { name: 'onward-3m', revision: '3f110c8e48e9' },
  template: 'onward-1',
  occupations: { ...list, occupations: [...list.occupations] },
  learnedFrom: { people: 500, observations: 8123, firstYear: 1997, lastYear: 2021 },
  settings: { rank: 32, dropout: 0.4 },
  seed: 7,
  figures: { tuningPerplexity: 8.7 },
};

const adapter: Adapter = {
  about,
  tensors: new Map([
    ['down.weight', { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) }],
    ['bias', { shape: [2], values: Float32Array.of(0.5, -0.5) }],
  ]),
};

const parameters = () => [
  { name: 'down.weight', shape: [2, 3], decays: true },
  { name: 'bias', shape: [2], decays: false },
];

const here: Expectations = {
  kind: 'head',
  baseModel: { name: 'onward-3m', revision: '3f110c8e48e9' },
  template: 'onward-1',
  occupations: list,
  parameters,
};

const files = await exportAdapter(adapter);

describe('an adapter in files', () => {
  it('comes back as it was where everything fits', async () => {
    expect(await importAdapter(files, here)).toEqual(adapter);
    expect(await importAdapter(files)).toEqual(adapter);
  });

  it('has a card that people can read', () => {
    const card = readCard(files.card);
    expect(card).toMatchObject({ format: 'onward-adapter', version: 1, ...about });
    expect(card.weightsSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(files.card.split('\n').length).toBeGreaterThan(20);
  });

  it('halves its weights in float16', async () => {
    const half = await exportAdapter(adapter, { dtype: 'F16' });
    expect(half.weights.length).toBe(files.weights.length - 2 * 8);
    expect((await importAdapter(half, here)).tensors.get('down.weight')?.values[5]).toBe(6);
  });
});

describe('an adapter that does not fit says exactly why:', () => {
  it.each<[string, Expectations]>([
    ['It is a head, not a lora.', { kind: 'lora' }],
    [
      'the model onward-3m (3f110c8e48e9); the one here is onward-3m (0000)',
      { baseModel: { name: 'onward-3m', revision: '0000' } },
    ],
    ['texts of template onward-1; the one here is onward-2', { template: 'onward-2' }],
    [
      'the list trades with 2 occupations; the one here is occ1990dd with 333 occupations, other from entry 1 on',
      { occupations: occ1990dd },
    ],
    [
      'other from entry 2 on',
      { occupations: { ...list, occupations: [list.occupations[0], { code: '2', title: 'Chefs' }] } },
    ],
    [
      'other from entry 3 on',
      { occupations: { ...list, occupations: [...list.occupations, { code: '3', title: 'Chefs' }] } },
    ],
    [
      'Tensor up is missing.',
      { parameters: () => [...parameters(), { name: 'up', shape: [1], decays: true }] },
    ],
    ['Tensor bias is not known here.', { parameters: () => parameters().slice(0, 1) }],
    [
      'Tensor bias has shape [2] instead of [3].',
      { parameters: () => [parameters()[0], { name: 'bias', shape: [3], decays: false }] },
    ],
  ])('%s', async (reason, difference) => {
    await expect(importAdapter(files, { ...here, ...difference })).rejects.toThrow(reason);
  });

  it('all reasons at once', async () => {
    const elsewhere = { ...here, kind: 'career', template: 'onward-2', occupations: occ1990dd } as const;
    await expect(importAdapter(files, elsewhere)).rejects.toThrow(/not a career.*onward-2.*333 occupations/s);
  });

  it('weights and cards of two exports', async () => {
    const other = await exportAdapter({
      ...adapter,
      tensors: new Map(adapter.tensors).set('x', { shape: [0], values: new Float32Array() }),
    });
    await expect(importAdapter({ ...files, weights: other.weights }, here)).rejects.toThrow('other weights');
  });

  it('a card whose list was edited', async () => {
    const card = files.card.replace('Bakers', 'Brewers');
    await expect(importAdapter({ ...files, card })).rejects.toThrow('occupation list was changed');
  });

  it('numbers that are none', async () => {
    const broken = await exportAdapter({
      about,
      tensors: new Map([['x', { shape: [1], values: Float32Array.of(NaN) }]]),
    });
    await expect(importAdapter(broken)).rejects.toThrow('no finite numbers');
  });

  it('a card that is no card', async () => {
    for (const [card, reason] of [
      ['{', 'no JSON'],
      ['{"format":"other"}', 'format'],
      [files.card.replace('"version": 1', '"version": 2'), 'version'],
      [files.card.replace('"people": 500', '"people": -1'), 'learnedFrom.people'],
      [files.card.replace(about.date, 'yesterday'), 'date'],
    ])
      await expect(importAdapter({ ...files, card })).rejects.toThrow(reason);
  });
});
