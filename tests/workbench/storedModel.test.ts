import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it } from 'vitest';
import type { ShapeName } from '../../models/shapes/shapes.ts';
import type { CareerHistory } from '../../src/career/index.ts';
import { syntheticPanel } from '../../src/evaluation/index.ts';
import type { ChosenDevice } from '../../src/lm/index.ts';
import type { NextStep } from '../../src/occupation/index.ts';
import { Store } from '../../src/storage/index.ts';
import { type HeldModel, WeightsDatabase } from '../../src/weights/index.ts';
import { DeviceMemory } from '../../src/workbench/languageModels/deviceMemory.ts';
import { loadModel } from '../../src/workbench/languageModels/loadModel.ts';
import { defaultSettings } from '../../src/predictors/defaultSettings.ts';
import { ModelResources } from '../../src/workbench/languageModels/modelResources.ts';
import { storedModel } from '../../src/workbench/languageModels/storedModel.ts';
import type { PanelRequest } from '../../src/worker/index.ts';
import { nodeRuntime } from '../fixtures/nodeDecoder.ts';
import { holdShape, storeShape } from '../fixtures/storedShape.ts';
import { deleteStores, learningPlace } from './nodeLearning.ts';

const device: ChosenDevice = {
  runtime: nodeRuntime,
  device: 'wasm',
  name: 'processor',
  hasF16: false,
  reason: '',
  attempts: [],
};
const { careers, list } = syntheticPanel({ people: 12, seed: 3, occupations: 6 });

const invented: PanelRequest = {
  name: 'Invented',
  origin: { kind: 'synthetic', people: 40, seed: 4, occupations: 6 },
  split: { seed: 1, testShare: 0.25 },
};

afterEach(async () => {
  await deleteStores();
  await new Store().deleteEverything();
});

async function loaded(choice: string | HeldModel, hasF16 = false) {
  const store = new Store();
  const progress: number[] = [];
  const model = await loadModel(
    (onFiles, signal) => storedModel(choice, store, { hasF16, device: 'wasm' }, onFiles, signal),
    device,
    new DeviceMemory(store, 'test'),
    ({ fraction }) => progress.push(fraction),
  );
  return { store, model, progress };
}

const upToLast = (person: CareerHistory): { history: CareerHistory; next: NextStep } => {
  const observations = person.observations.slice(0, -1);
  const { year } = person.observations[person.observations.length - 1];
  return { history: { ...person, observations }, next: { year, education: null } };
};

describe('a model that was stored on this device', () => {
  it.each(['smollm2-135m', 'qwen2.5-0.5b', 'qwen3-0.6b', 'gemma-3-1b', 'llama-3.2-1b'] as ShapeName[])(
    'of the shape of %s predicts, scores and searches as the bundled one does',
    async (shape) => {
      const { id } = await storeShape(shape, 'q4');
      const { model, progress } = await loaded(id);
      expect(progress.at(-1)).toBe(1);
      expect(progress).toEqual([...progress].sort((a, b) => a - b));
      expect(model.report).toMatchObject({ populations: [], adapters: [], isFromCache: true });
      const { route } = model;
      const [person] = careers;
      const answer = await route.predict({ ...upToLast(person), list });
      const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
      expect(sum(answer.renormalised)).toBeCloseTo(1, 9);
      expect(sum(answer.raw)).toBeCloseTo(answer.validMass, 12);
      // The last observation, scored with the whole career, is the raw probability of its title.
      const { logProbs } = await route.scoreCareer(person);
      const last = person.observations.at(-1);
      const place = answer.codes.indexOf(last?.occupationCode ?? '');
      expect(Math.exp(logProbs[logProbs.length - 1])).toBeCloseTo(answer.raw[place], 6);
      await route.dispose();
    },
  );

  it('carries a head, which is refused by another model', async () => {
    const { id } = await storeShape('smollm2-135m', 'q4');
    const { store, model } = await loaded(id);
    const place = learningPlace(new ModelResources(model, 'http://localhost/'), store);
    const panel = await place.panels.add(invented);
    const settings = { ...defaultSettings('head', panel), epochs: 2 };
    const run = await place.runs.create({ panel: panel.id, name: 'Head', settings });
    const signal = new AbortController().signal;
    const ended = await place.runs.train(run.id, () => undefined, undefined, signal);
    expect(ended.phase).toBe('finished');
    const head = { kind: 'adapter', id: ended.id } as const;
    const asked = { panel: panel.id, part: 'test', model: head } as const;
    const scores = await place.models.scorePanel(asked);
    expect(scores.every(({ logProbs }) => logProbs.every((value) => value < 0))).toBe(true);
    await expect(
      place.runs.train(
        (await place.runs.create({ panel: panel.id, name: 'LoRA', settings: defaultSettings('lora', panel) }))
          .id,
        () => undefined,
        undefined,
        signal,
      ),
    ).rejects.toMatchObject({ code: 'unsupported' });

    const other = await loaded((await storeShape('qwen2.5-0.5b', 'q4')).id);
    const elsewhere = learningPlace(new ModelResources(other.model, 'http://localhost/'), store);
    await elsewhere.panels.add(invented);
    await expect(elsewhere.models.scorePanel(asked)).rejects.toThrow(/reads hidden states of smollm2-135m/);
  });

  it('in 16 bits is replaced by its 4-bit form where the device has none, and named where it has not', async () => {
    const half = await storeShape('smollm2-135m', 'q4f16');
    await expect(loaded(half.id)).rejects.toMatchObject({ code: 'unsupported', data: { dtype: 'q4f16' } });
    await storeShape('smollm2-135m', 'q4');
    const { model } = await loaded(half.id);
    expect(model.report.device.variant).toBe('q4');
    const inHalf = await loaded(half.id, true);
    expect(inHalf.model.report.device.variant).toBe('q4f16');
  });

  it('that is gone, or damaged, is named with what to do', async () => {
    await expect(loaded('hub:nobody/nothing')).rejects.toThrow(/not on this device any more/);
    const { id, files } = await storeShape('smollm2-135m', 'q4');
    const database = new WeightsDatabase();
    const graph = files.find(({ path }) => path.endsWith('.onnx'));
    const shard = await database.shards.get([graph?.sha256 ?? '', 0]);
    const bytes = new Uint8Array((await shard?.data.arrayBuffer()) ?? []);
    bytes[1000] ^= 4;
    if (shard) await database.shards.put({ ...shard, data: new Blob([bytes]) });
    database.close();
    await expect(loaded(id)).rejects.toMatchObject({ code: 'integrity' });
  });
});

describe('a model in memory', () => {
  const headOn = async (choice: string | HeldModel) => {
    const { store, model } = await loaded(choice);
    const place = learningPlace(new ModelResources(model, 'http://localhost/'), store);
    const panel = await place.panels.add(invented);
    const settings = { ...defaultSettings('head', panel), epochs: 2 };
    const run = await place.runs.create({ panel: panel.id, name: 'Head', settings });
    const { id } = await place.runs.train(run.id, () => undefined, undefined, new AbortController().signal);
    return place.models.scorePanel({ panel: panel.id, part: 'test', model: { kind: 'adapter', id } });
  };

  it('answers as the stored one does, carries the same head, and is never written to the store', async () => {
    const held = await holdShape('smollm2-135m', 'q4');
    const inMemory = await loaded(held);
    expect(inMemory.progress.at(-1)).toBe(1);
    expect(inMemory.progress).toEqual([...inMemory.progress].sort((a, b) => a - b));
    expect(inMemory.model.report.isOnlyInMemory).toBe(true);
    const asked = { ...upToLast(careers[0]), list };
    const answer = await inMemory.model.route.predict(asked);
    const head = await headOn(held);
    expect(await inMemory.store.models.list()).toEqual([]);

    const { id } = await storeShape('smollm2-135m', 'q4');
    const stored = await loaded(id);
    expect(stored.model.report).not.toHaveProperty('isOnlyInMemory');
    expect(stored.model.report.revision).toBe(inMemory.model.report.revision);
    expect((await stored.model.route.predict(asked)).raw).toEqual(answer.raw);
    expect((await headOn(id)).map(({ logProbs }) => logProbs)).toEqual(head.map(({ logProbs }) => logProbs));
  });

  it('that is damaged is named with its file', async () => {
    const held = await holdShape('smollm2-135m', 'q4');
    const graph = held.row.files.find(({ path }) => path.endsWith('.onnx'))?.path ?? '';
    for (const path of [graph, 'tokenizer.json']) {
      const bytes = new Uint8Array((await held.files.get(path)?.arrayBuffer()) ?? []);
      bytes[100] ^= 4;
      const damaged = { ...held, files: new Map(held.files).set(path, new Blob([bytes])) };
      await expect(loaded(damaged)).rejects.toMatchObject({
        code: 'integrity',
        message: expect.stringContaining(`${path} of ${held.row.name} is damaged`) as string,
      });
      const files = new Map([...held.files].filter(([each]) => each !== path));
      await expect(loaded({ ...held, files })).rejects.toMatchObject({ code: 'integrity', data: { path } });
    }
  });

  it('in 16 bits is replaced by a stored 4-bit form where the device has none, and named where there is not', async () => {
    const half = await holdShape('smollm2-135m', 'q4f16');
    await expect(loaded(half)).rejects.toMatchObject({ code: 'unsupported', data: { dtype: 'q4f16' } });
    expect((await loaded(half, true)).model.report.device.variant).toBe('q4f16');
    await storeShape('smollm2-135m', 'q4');
    const { model } = await loaded(half);
    expect(model.report.device.variant).toBe('q4');
    expect(model.report).not.toHaveProperty('isOnlyInMemory');
  });
});
