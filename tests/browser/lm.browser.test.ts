import { wrap } from 'comlink';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { tinyVocabulary } from '../../models/shapes/shapes.ts';
import type { ScoringFormat } from '../../src/onnx/index.ts';
import { tinyShape, uniform } from '../fixtures/randomLlama.ts';
import { titleEnd, wordTokenizedTitles } from '../fixtures/wordTokens.ts';
import type { LmScenarios } from './lm.worker.ts';
import { hasWebGpu, noWebGpu } from './webGpu.ts';

const shape = { ...tinyShape, vocabSize: 1024 };
const titles = wordTokenizedTitles(shape.vocabSize);
const next = uniform(17);
const prompt = Array.from({ length: 40 }, () => Math.floor(next() * shape.vocabSize));
const changed = [...prompt.slice(0, 35), 1, 2, 3];
const dense: ScoringFormat = { weights: 'dense', activations: 'float32' };
const quantized: ScoringFormat = { weights: 'quantized', activations: 'float32' };
const half: ScoringFormat = { weights: 'dense', activations: 'float16' };

/** Software shaders compile for seconds on a busy machine. */
const patience = 400_000;

const workers: Worker[] = [];
function lm() {
  const worker = new Worker(new URL('./lm.worker.ts', import.meta.url), { type: 'module' });
  workers.push(worker);
  return wrap<LmScenarios>(worker);
}
afterEach(() => workers.splice(0).forEach((worker) => worker.terminate()));

/** Titles that are still apart in a small vocabulary, each with its ending token at the end only. */
const distinct = (tokenized: number[][]): number[][] => [
  ...new Map(
    tokenized
      .filter((title) => title.indexOf(titleEnd) === title.length - 1)
      .map((title) => [title.join(' '), title]),
  ).values(),
];

const worst = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((most, value, index) => Math.max(most, Math.abs(value - b[index])), 0);

describe('the language model in a worker', () => {
  let plain: number[];
  let plainChanged: number[];
  beforeAll(async () => {
    plain = await lm().plain(shape, prompt, titles);
    plainChanged = await lm().plain(shape, changed, titles);
  }, patience);

  it.for([
    ['webgpu', 'dense', dense],
    ['webgpu', 'quantized', quantized],
    ['wasm', 'dense', dense],
    ['wasm', 'quantized', quantized],
  ] as const)(
    '%s with %s weights: each of 333 titles as title by title on WASM, from cold and on a cached prefix',
    { timeout: patience },
    async ([device, _, format], { skip }) => {
      skip(device === 'webgpu' && !hasWebGpu, noWebGpu);
      const [cold, warm] = await lm().score(device, shape, format, [prompt, changed], titles);
      expect(worst(cold.logProbs, plain)).toBeLessThan(1e-4);
      expect(worst(warm.logProbs, plainChanged)).toBeLessThan(1e-4);
      expect([cold.reusedTokens, warm.reusedTokens]).toEqual([0, 35]);
      expect(worst(plain, plainChanged)).toBeGreaterThan(1e-2);
      if (device === 'webgpu') expect(cold.passes).toBe(1);
    },
  );

  it.for([
    ['wasm', 'smollm2-135m', 'model_q4.onnx'],
    ['wasm', 'qwen2.5-0.5b', 'model_q4.onnx'],
    ['wasm', 'gemma-3-270m', 'model_q4.onnx_data'],
    ['webgpu', 'gemma-3-270m', 'model_q4.onnx_data'],
    ['webgpu', 'qwen2.5-0.5b', 'model_q4.onnx'],
    ['webgpu', 'qwen3-0.6b', 'model_q4.onnx'],
  ] as const)(
    '%s runs an export in the shape of %s with weights in %s as the export itself says',
    { timeout: patience },
    async ([device, name, file], { skip }) => {
      skip(device === 'webgpu' && !hasWebGpu, noWebGpu);
      const short = prompt.map((token) => token % tinyVocabulary);
      const few = wordTokenizedTitles(shape.vocabSize)
        .filter((_, title) => title % 4 === 0)
        .map((title) => title.map((token) => token % tinyVocabulary));
      const { logProbs, plain: own, external } = await lm().exported(device, name, short, distinct(few));
      expect(external).toEqual([file]);
      expect(logProbs.length).toBeGreaterThan(50);
      expect(worst(logProbs, own)).toBeLessThan(1e-4);
    },
  );

  it(
    'with float16 activations stays within 5e-2',
    async (context) => {
      if (!(await lm().hasF16()))
        context.skip(
          'This Chromium has no shader-f16: set CHROME=$CHROME_LAVAPIPE (tools/setup-lavapipe.sh).',
        );
      const [{ logProbs }] = await lm().score('webgpu', shape, half, [prompt], titles);
      expect(worst(logProbs, plain)).toBeLessThan(5e-2);
    },
    patience,
  );

  it(
    'finds by running that attention is wrong on this GPU with subgroups, and right without',
    async ({ skip }) => {
      skip(!hasWebGpu, noWebGpu);
      const full = await lm().probe('auto', 0);
      expect(full).toMatchObject({ device: 'WebGPU', isUsable: false });
      expect(full.reason).toMatch(/grouped-query attention over 80 tokens: wrong by/);
      const careful = await lm().probe('auto', 1);
      expect(careful).toMatchObject({ device: 'WebGPU without subgroups', isUsable: true });
    },
    patience,
  );

  it(
    'takes the processor last, or where it is asked to, with threads where the page is isolated',
    async () => {
      expect((await lm().probe('auto', 2)).device).toContain('Processor');
      const { isUsable, name } = await lm().probe('wasm', 0);
      expect(isUsable).toBe(true);
      expect(globalThis.crossOriginIsolated).toBe(true);
      const threads = Math.min(4, navigator.hardwareConcurrency);
      expect(name).toBe(threads === 1 ? 'processor, 1 thread' : `processor, ${threads} threads`);
    },
    patience,
  );

  it(
    'goes from nothing to an answer: device, weights by measured speed, titles',
    async () => {
      const { id, timings, logProbs } = await lm().fromScratch(shape, prompt, titles);
      expect(['fp32', 'q8']).toContain(id);
      expect(timings.every(({ milliseconds }) => milliseconds !== null && milliseconds > 0)).toBe(true);
      expect(worst(logProbs, plain)).toBeLessThan(1e-4);
    },
    patience,
  );

  it(
    'reports a lost device as such and never answers from it',
    async ({ skip }) => {
      skip(!hasWebGpu, noWebGpu);
      expect(await lm().loseDevice(shape, prompt, titles)).toBe('device-lost');
    },
    patience,
  );
});
