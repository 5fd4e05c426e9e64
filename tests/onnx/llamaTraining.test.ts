import { describe, expect, it } from 'vitest';
import {
  elementCount,
  llamaEvaluationGraph,
  llamaLowerStatesGraph,
  llamaTrainingGraph,
  loraParameters,
  type TrainingOptions,
} from '../../src/onnx/index.ts';
import { SeededRandom } from '../../src/platform/index.ts';
import { checkGradient, doubleSession } from './centralDifferences.ts';
import { optimizer, randomFeeds, smallLlama, tensor } from './llamaFixture.ts';

const size = { batchSize: 2, sequenceLength: 7 };
const base: TrainingOptions = { ...size, optimizer, dtype: 'float64', dropout: true };
const lora = { rank: 3, alpha: 6, targets: ['q_proj', 'v_proj', 'down_proj'] };

describe('the gradient of a two-layer Llama', () => {
  it.each([
    ['full training', { ...base, outputs: 'gradients' }],
    ['LoRA', { ...base, outputs: 'gradients', lora }],
    ['LoRA in the lower layer', { ...base, outputs: 'gradients', lora: { ...lora, layers: [0] } }],
    [
      'LoRA in the upper layer, from given states',
      { ...base, outputs: 'gradients', lora: { ...lora, layers: [1] }, firstLayer: 1 },
    ],
  ] as const)('agrees with central differences to 1e-6: %s', async (name, options) => {
    const random = new SeededRandom(name);
    const graph = llamaTrainingGraph(smallLlama, options);
    const feeds = randomFeeds(graph, smallLlama.vocabSize, random);
    const run = await doubleSession(graph.bytes);
    const { worst } = await checkGradient(run, feeds.theta.data as Float64Array, feeds, random, 300);
    expect(worst).toBeLessThan(1e-6);
  });
});

describe('LoRA in the upper layers', () => {
  const upper = { ...lora, layers: [1] };
  const options: TrainingOptions = {
    ...size,
    optimizer,
    dtype: 'float64',
    outputs: 'gradients',
    lora: upper,
  };

  it('has the gradient and the nll of the whole graph when it starts from the states of the lower ones', async () => {
    const random = new SeededRandom('upper layers');
    const whole = llamaTrainingGraph(smallLlama, options);
    const feeds = randomFeeds(whole, smallLlama.vocabSize, random);
    const lowerStates = llamaLowerStatesGraph(smallLlama, { ...size, dtype: 'float64', firstLayer: 1 });
    const lower = await doubleSession(lowerStates.bytes);
    const only = ({ inputs }: typeof whole) =>
      Object.fromEntries(inputs.flatMap(({ name }) => (name in feeds ? [[name, feeds[name]]] : [])));
    const { hidden_states: states } = await lower(only(lowerStates));
    feeds.hidden_states = tensor('float64', states, [size.batchSize * size.sequenceLength, 16]);

    const top = llamaTrainingGraph(smallLlama, { ...options, firstLayer: 1 });
    expect(top.inputs.map(({ name }) => name)).not.toContain('model.layers.0.mlp.up_proj.weight');
    const expected = await (await doubleSession(whole.bytes))(only(whole));
    const actual = await (await doubleSession(top.bytes))(only(top));
    expect(actual.loss[0]).toBeCloseTo(expected.loss[0], 12);
    for (let i = 0; i < expected.gradient.length; i++)
      expect(Math.abs(actual.gradient[i] - expected.gradient[i])).toBeLessThan(1e-13);

    const { labels, label_weights: weights } = feeds;
    const evaluation = llamaEvaluationGraph(smallLlama, { ...options, firstLayer: 1 });
    const { nll } = await (await doubleSession(evaluation.bytes))(only(evaluation));
    expect(labels.dims).toEqual([nll.length, 1]);
    const mean = nll.reduce((sum, value, i) => sum + value * (weights.data as Float64Array)[i], 0);
    expect(mean).toBeCloseTo(expected.loss[0], 12);
  });

  it('refuses layers that the model lacks, and layers that the graph does not run', () => {
    expect(() => loraParameters(smallLlama, { ...lora, layers: [2] })).toThrow('no layer 2');
    expect(() => llamaTrainingGraph(smallLlama, { ...options, lora, firstLayer: 1 })).toThrow(
      'below layer 1',
    );
    expect(() => llamaTrainingGraph(smallLlama, { ...options, firstLayer: 2 })).toThrow('no layer 2');
  });
});

describe('the AdamW step', () => {
  it('equals the textbook update of the gradient, clipped and decayed, in float64', async () => {
    const random = new SeededRandom('adamw');
    const step = llamaTrainingGraph(smallLlama, base);
    const feeds = randomFeeds(step, smallLlama.vocabSize, random);
    const gradients = await doubleSession(
      llamaTrainingGraph(smallLlama, { ...base, outputs: 'gradients' }).bytes,
    );
    const optimizerInputs = ['mu', 'nu', 'learning_rate', 'bias_correction_1', 'bias_correction_2'];
    const { gradient, grad_norm: norm } = await gradients(
      Object.fromEntries(Object.entries(feeds).filter(([name]) => !optimizerInputs.includes(name))),
    );
    const next = await (await doubleSession(step.bytes))(feeds);
    expect(norm[0]).toBeCloseTo(Math.hypot(...gradient), 12);
    expect(next.grad_norm[0]).toBeCloseTo(norm[0], 12);
    expect(norm[0]).toBeGreaterThan(optimizer.clipNorm);

    const decays = step.parameters.flatMap(({ shape, decays }) =>
      Array<boolean>(elementCount(shape)).fill(decays),
    );
    const { beta1, beta2, epsilon, weightDecay, clipNorm } = optimizer;
    const [theta, mu, nu] = [feeds.theta, feeds.mu, feeds.nu].map(({ data }) => data as Float64Array);
    const rate = 0.01;
    for (let i = 0; i < theta.length; i++) {
      const g = gradient[i] * (clipNorm / (norm[0] + 1e-6));
      const m = beta1 * mu[i] + (1 - beta1) * g;
      const v = beta2 * nu[i] + (1 - beta2) * g * g;
      const update = m / (1 - beta1 ** 4) / (Math.sqrt(v / (1 - beta2 ** 4)) + epsilon);
      const expected = theta[i] - rate * (update + (decays[i] ? weightDecay * theta[i] : 0));
      expect(Math.abs(next.next_mu[i] - m)).toBeLessThan(1e-14);
      expect(Math.abs(next.next_nu[i] - v)).toBeLessThan(1e-14);
      expect(Math.abs(next.next_theta[i] - expected)).toBeLessThan(1e-12);
    }
  });

  it('leaves a short gradient unclipped, and a learning rate of 0 leaves theta alone', async () => {
    const random = new SeededRandom('rate 0');
    const step = llamaTrainingGraph(smallLlama, { ...base, optimizer: { ...optimizer, clipNorm: 1e6 } });
    const feeds = randomFeeds(step, smallLlama.vocabSize, random);
    feeds.learning_rate = tensor('float64', [0], [1]);
    const clipped = await (await doubleSession(step.bytes))(feeds);
    const never = llamaTrainingGraph(smallLlama, { ...base, optimizer: { ...optimizer, clipNorm: 0 } });
    const unclipped = await (await doubleSession(never.bytes))(feeds);
    expect(clipped.next_mu).toEqual(unclipped.next_mu);
    expect(clipped.next_theta).toEqual(feeds.theta.data);
  });
});

describe('the evaluation graph', () => {
  it('gives the loss of the training graph position by position, and sees no later token', async () => {
    const random = new SeededRandom('evaluation');
    const training = llamaTrainingGraph(smallLlama, {
      ...size,
      optimizer,
      dtype: 'float64',
      outputs: 'gradients',
    });
    const feeds = randomFeeds(training, smallLlama.vocabSize, random);
    const { theta, input_ids, labels, label_weights } = feeds;
    const { loss } = await (await doubleSession(training.bytes))(feeds);
    const evaluate = await doubleSession(
      llamaEvaluationGraph(smallLlama, { ...size, dtype: 'float64' }).bytes,
    );
    const { nll } = await evaluate({ theta, input_ids, labels });
    const weights = label_weights.data as Float64Array;
    expect(nll.reduce((sum, value, index) => sum + value * weights[index], 0)).toBeCloseTo(loss[0], 12);

    const changed = Array.from(input_ids.data as BigInt64Array, Number);
    changed[4] = (changed[4] + 1) % smallLlama.vocabSize;
    const other = (await evaluate({ theta, input_ids: tensor('int64', changed, [2, 7]), labels })).nll;
    const same = nll.map((value, index) => Number(Math.abs(value - other[index]) < 1e-15));
    expect([...same]).toEqual([1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1]);
  });
});
