import 'fake-indexeddb/auto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChosenDevice } from '../../../src/lm/index.ts';
import { AppError } from '../../../src/platform/index.ts';
import { Store } from '../../../src/storage/index.ts';
import { bench } from '../../../src/workbench/bench/bench.ts';
import type { BenchProgress, ModelSpeed } from '../../../src/workbench/benchReport/benchContract.ts';
import { DeviceMemory } from '../../../src/workbench/languageModels/deviceMemory.ts';
import { loadModel, type LoadedModel } from '../../../src/workbench/languageModels/loadModel.ts';
import { storedModel } from '../../../src/workbench/languageModels/storedModel.ts';
import { nodeRuntime } from '../../fixtures/nodeDecoder.ts';
import { storeShape } from '../../fixtures/storedShape.ts';

const device: ChosenDevice = {
  runtime: nodeRuntime,
  device: 'wasm',
  name: 'processor',
  hasF16: false,
  reason: '',
  attempts: [],
};
const pause = () => Promise.resolve();
const store = new Store();
let model: LoadedModel;

beforeAll(async () => {
  const { id } = await storeShape('smollm2-135m', 'q4');
  const memory = new DeviceMemory(store, 'test');
  model = await loadModel(
    (onFiles) => storedModel(id, store, device, onFiles),
    device,
    memory,
    () => undefined,
  );
});
afterAll(async () => {
  await model.route.dispose();
  await store.deleteEverything();
});

describe('the bench of a loaded model', () => {
  const news: BenchProgress[] = [];
  let speed: ModelSpeed;
  beforeAll(async () => {
    speed = await bench(model, { runs: 1, onProgress: (progress) => news.push(progress), pause });
  }, 120_000);

  it('shows one bar that never goes back and ends at 1, through all parts in turn', () => {
    const fractions = news.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(0)).toBe(0);
    expect(fractions.filter((fraction) => fraction === 1)).toHaveLength(1);
    const parts = news.map(({ part }) => part).filter((part, index, all) => part !== all[index - 1]);
    expect(parts).toEqual(['limits', 'prefill', 'decode', 'answer']);
  });

  it('reads texts as long as the context allows, and counts their FLOP by the formula', () => {
    const { layers, heads, headSize, contextLength } = model.sizes;
    const lengths = [64, 256, 1024].map((tokens) => Math.min(tokens, contextLength));
    expect(speed.prefill.map(({ tokens }) => tokens)).toEqual([...new Set(lengths)]);
    expect(speed.leftOut).toEqual([]);
    for (const { tokens, flop, timing, ...found } of speed.prefill) {
      const attention = 2 * layers * heads * headSize * ((tokens * (tokens + 1)) / 2);
      expect(flop).toBe(2 * (tokens * speed.layerWeights + speed.headWeights + attention));
      expect(found.prefillTokensPerSecond).toBeCloseTo((1000 * tokens) / timing.medianMs, 6);
      expect(found.flopPerSecond).toBeGreaterThan(0);
      expect(found.shareOfProduct).toBeCloseTo(found.flopPerSecond / speed.limits.flopPerSecond, 12);
    }
  });

  it('decodes at least 32 tokens, and compares what they read with the copy', () => {
    const { decode, limits } = speed;
    expect(decode.timing.runs).toBeGreaterThanOrEqual(32);
    expect(decode.prefixTokens + 32).toBeLessThanOrEqual(speed.contextLength);
    expect(decode.decodeTokensPerSecond).toBeCloseTo(1000 / decode.timing.medianMs, 6);
    expect(decode.weightBytes).toBeLessThan(speed.memory.weightBytes);
    expect(decode.shareOfCopy).toBeCloseTo(decode.weightBytesPerSecond / limits.copy.bytesPerSecond, 12);
  });

  it('measures the limits of the same device', () => {
    const { products, flopPerSecond, copy } = speed.limits;
    expect(products).toHaveLength(2);
    expect(flopPerSecond).toBe(Math.max(...products.map((product) => product.flopPerSecond)));
    for (const { rows, inner, columns, timing, ...product } of products)
      expect(product.flopPerSecond).toBeCloseTo((2 * rows * inner * columns * 1000) / timing.medianMs, 3);
    expect(copy.bytesPerSecond).toBeCloseTo((copy.bytes * 1000) / copy.timing.medianMs, 3);
  });

  it('asks for whole answers, from nothing and on a kept prefix', () => {
    const { answer } = speed;
    expect(answer).toMatchObject({ records: 5, titles: 333 });
    expect(answer.promptTokens).toBeGreaterThan(answer.records);
    expect(answer.reusedTokens).toBeGreaterThan(answer.promptTokens / 2);
    expect(answer.reusedTokens).toBeLessThan(answer.promptTokens);
    expect(answer.forwardedNodes).toBeGreaterThan(0);
  });

  it('counts keys and values', () => {
    const { layers, kvHeads, headSize } = model.sizes;
    const { cacheBytesPerToken, cacheBytes, fileBytes } = speed.memory;
    expect(cacheBytesPerToken).toBe(layers * kvHeads * headSize * 2 * 4);
    expect(cacheBytes).toBe(cacheBytesPerToken * speed.contextLength);
    expect(fileBytes).toBe(model.report.weightBytes);
  });

  it('stops between two runs, and the model answers afterwards', async () => {
    let pauses = 0;
    const stopping = () =>
      ++pauses === 3 ? Promise.reject(new AppError('aborted', 'stopped')) : Promise.resolve();
    const stopped = bench(model, { runs: 1, onProgress: () => undefined, pause: stopping });
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
    expect(pauses).toBe(3);
    const { benchCareer, benchStep } = await import('../../../src/workbench/benchReport/benchCareer.ts');
    const answer = await model.route.predict({ history: benchCareer, next: benchStep() });
    expect(answer.renormalised.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 9);
  });
});
