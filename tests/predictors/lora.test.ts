import { describe, expect, it } from 'vitest';
import { scoreDocument, DecoderSession } from '../../src/lm/index.ts';
import { lowerStates } from '../../src/predictors/lora/lowerStates.ts';
import { LoraTask } from '../../src/predictors/lora/loraTask.ts';
import { mergeLora } from '../../src/predictors/lora/loraTensors.ts';
import { meanTitleNll } from '../../src/predictors/lora/titleNll.ts';
import { readBaseModel } from '../../src/predictors/lora/baseModel.ts';
import { tunedDecoder } from '../../src/predictors/lora/tunedDecoder.ts';
import { configJson, exportDecoder, loraParameters, namedTensors, readModel } from '../../src/onnx/index.ts';
import { SeededRandom } from '../../src/platform/index.ts';
import { nodeRuntime } from '../fixtures/nodeDecoder.ts';
import { referenceLlama } from '../fixtures/referenceLlama.ts';
import { base, config, encode, nodeRunner, settings, train } from './loraFixture.ts';

const documents = encode(0);
const [training, tuning] = [documents.slice(0, 48), documents.slice(48)];
const { lora } = settings;

/** Low-rank updates far from the start, so that they matter. */
function randomUpdates(seed: string): Float32Array {
  const random = new SeededRandom(seed);
  const size = loraParameters(config, lora).reduce((sum, { shape }) => sum + shape[0] * shape[1], 0);
  return Float32Array.from({ length: size }, () => 0.1 * random.normal());
}

/** Mean −ln p of the titles by plain loops in float64. */
function referenceNll(tensors: ReadonlyMap<string, Float32Array>): number {
  let nll = 0;
  let titles = 0;
  for (const { tokens, titles: spans } of tuning.slice(0, 2)) {
    const { logProbs } = referenceLlama(config, tensors, [...tokens]);
    for (const { start, end } of spans) {
      for (let token = start; token < end; token++) nll -= logProbs[token - 1][tokens[token]];
      titles += 1;
    }
  }
  return nll / titles;
}

describe('LoRA', () => {
  it('starts as the base model, learns, and keeps the better of its epochs', async () => {
    const task = new LoraTask(base, training, tuning, settings);
    const runner = nodeRunner();
    const start = await meanTitleNll({ base, lora }, task.initialTheta(), tuning.slice(0, 2), runner);
    expect(start).toBeCloseTo(referenceNll(base.tensors), 4);

    const untouched = await task.tuningNll(task.initialTheta(), runner);
    const { state, losses } = await train(task);
    expect(losses).toHaveLength(3 * task.stepsPerEpoch);
    expect(Math.min(...state.tuningNlls)).toBeLessThan(untouched - 1);
    expect(await task.tuningNll(state.best, runner)).toBeCloseTo(Math.min(...state.tuningNlls), 6);
    expect(task.parameters.length).toBe(2 * 2 * lora.targets.length);
    await runner.dispose();
  });

  it('repeats byte by byte with its seed, and goes on from a checkpoint to the same bytes', async () => {
    const make = (seed = settings.seed) => new LoraTask(base, training, tuning, { ...settings, seed });
    const whole = await train(make(), { epochs: 2 });
    expect((await train(make(), { epochs: 2 })).state).toEqual(whole.state);
    expect((await train(make(2), { epochs: 2 })).state.theta).not.toEqual(whole.state.theta);

    const steps = make().stepsPerEpoch + 2;
    const first = await train(make(), { epochs: 2, steps });
    expect(first.state.step).toBe(steps);
    const saved = structuredClone(first.state);
    expect((await train(make(), { epochs: 2, state: saved })).state).toEqual(whole.state);
  });

  it('learns the whole text where every token weighs, and is told apart by its fingerprint', async () => {
    const all = encode(1);
    const task = new LoraTask(base, all.slice(0, 48), tuning, settings);
    const titlesOnly = new LoraTask(base, training, tuning, settings);
    expect(task.fingerprint).not.toBe(titlesOnly.fingerprint);
    expect(new LoraTask(base, training, tuning, settings).fingerprint).toBe(titlesOnly.fingerprint);
    const { losses } = await train(task, { epochs: 1 });
    expect(losses.at(-1)).toBeLessThan(losses[0]);
  });
});

describe('merged weights', () => {
  it('predict as the low-rank path does, within 1e-5, through the decoder of the language route', async () => {
    const theta = randomUpdates('merge');
    const runner = nodeRunner();
    const graph = tunedDecoder(base, lora, theta, 256);
    const session = await DecoderSession.create(nodeRuntime, graph);
    for (const document of tuning.slice(0, 3)) {
      const path = await meanTitleNll({ base, lora }, theta, [document], runner);
      const scored = await scoreDocument(session, {
        tokens: [...document.tokens],
        spans: document.titles,
        alternatives: [],
      });
      const nll = -scored.spanLogProbs.reduce((sum, logProb) => sum + logProb, 0) / document.titles.length;
      expect(Math.abs(nll - path)).toBeLessThan(1e-5);
    }
    const plain = await meanTitleNll(
      { base, lora },
      new Float32Array(theta.length),
      tuning.slice(0, 3),
      runner,
    );
    const tuned = await meanTitleNll({ base, lora }, theta, tuning.slice(0, 3), runner);
    expect(Math.abs(plain - tuned)).toBeGreaterThan(0.01);
    await runner.dispose();
  });

  it('are W + (alpha / rank) B A, and all other tensors the very same', () => {
    const theta = randomUpdates('definition');
    const merged = mergeLora(config, base.tensors, lora, theta);
    const updates = namedTensors(loraParameters(config, lora), theta);
    const module = 'model.layers.1.mlp.up_proj';
    const [weight, a, b] = ['weight', 'lora_A.weight', 'lora_B.weight'].map(
      (part) => (part === 'weight' ? base.tensors : updates).get(`${module}.${part}`) ?? new Float32Array(),
    );
    for (const [row, column] of [
      [0, 0],
      [47, 31],
      [13, 7],
    ]) {
      let sum = weight[row * 32 + column];
      for (let r = 0; r < 4; r++) sum += (8 / 4) * b[row * 4 + r] * a[r * 32 + column];
      expect(merged.get(`${module}.weight`)?.[row * 32 + column]).toBeCloseTo(sum, 6);
    }
    expect(merged.get('model.norm.weight')).toBe(base.tensors.get('model.norm.weight'));
    expect(merged.get('model.layers.0.self_attn.k_proj.weight')).toBe(
      base.tensors.get('model.layers.0.self_attn.k_proj.weight'),
    );
  });
});

describe('LoRA in the top layers, from cached states', () => {
  // Without dropout, which would fall on the lower layers, too, where they run.
  const top = { ...settings, dropout: 0, lora: { ...lora, layers: [1] } };

  it('predicts as the whole model does, learns, and repeats', async () => {
    const runner = nodeRunner();
    const states = await lowerStates(base, documents, 1, runner);
    const whole = new LoraTask(base, training, tuning, top);
    const task = new LoraTask(base, training, tuning, top, states);
    const theta = task.initialTheta();
    expect(theta).toEqual(whole.initialTheta());
    const start = await task.tuningNll(theta, runner);
    // The states are kept as float16.
    expect(Math.abs(start - (await whole.tuningNll(theta, runner)))).toBeLessThan(2e-3);
    expect([...task.constants.keys()].some((name) => name.startsWith('model.layers.0'))).toBe(false);

    const { state, losses } = await train(task, { epochs: 2 });
    expect(Math.min(...state.tuningNlls)).toBeLessThan(start - 0.5);
    const full = await train(whole, { epochs: 2 });
    losses.forEach((loss, step) => {
      expect(Math.abs(loss - full.losses[step])).toBeLessThan(0.01);
    });
    expect((await train(task, { epochs: 2 })).state).toEqual(state);
    await runner.dispose();
  });

  it('refuses to adapt layers that it does not run, documents without states, and to be tuned on nobody', async () => {
    const states = { firstLayer: 1, ofDocument: new Map() };
    expect(() => new LoraTask(base, training, tuning, settings, states)).toThrow('below layer 1');
    const task = new LoraTask(base, training, tuning, top, states);
    await expect(train(task)).rejects.toThrow('have not been computed');
    const nobody = new LoraTask(base, training, [], settings);
    await expect(nobody.tuningNll(nobody.initialTheta(), nodeRunner())).rejects.toThrow('no title');
  });
});

describe('the base model of a folder', () => {
  const { config: json } = configJson(config, { bosTokenId: null, eosTokenId: 0, padTokenId: 0 });
  const onnx = readModel(
    exportDecoder(config, base.tensors, { bits: null, blockSize: 32, activations: 'float32' }),
  );

  it('is read back, and refused where config.json is another one', () => {
    const about = { name: 'tiny', revision: '1' };
    expect(readBaseModel(about, onnx, json)).toEqual(base);
    expect(() => readBaseModel(about, onnx, { ...json, vocab_size: 129 })).toThrow('embed_tokens');
    expect(() => readBaseModel(about, onnx, { ...json, num_hidden_layers: 1 })).toThrow('layers.1');
  });
});
