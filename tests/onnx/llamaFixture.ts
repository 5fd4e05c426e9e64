import * as ort from 'onnxruntime-node';
import { elementCount, type CompiledGraph, type LlamaConfig } from '../../src/onnx/index.ts';
import type { SeededRandom } from '../../src/platform/index.ts';

/** Two layers with every feature: grouped queries, uneven sizes, more than one row. */
export const smallLlama: LlamaConfig = {
  vocabSize: 13,
  hiddenSize: 16,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  intermediateSize: 24,
  ropeTheta: 10_000,
  rmsNormEpsilon: 1e-5,
};

export const optimizer = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 1 };

/** Seeded feeds for every input of a graph, drawn as its name asks; `theta` and all weights start as in training. */
export function randomFeeds(graph: CompiledGraph, vocabSize: number, random: SeededRandom) {
  const feeds: Record<string, ort.Tensor> = {};
  for (const { name, type, shape } of graph.inputs) {
    const values = Array.from({ length: elementCount(shape) }, () => draw(name, vocabSize, random));
    if (name === 'label_weights') normalize(values);
    if (name === 'theta') resetNorms(graph, values, random);
    feeds[name] = tensor(type, values, shape);
  }
  return feeds;
}

export function tensor(type: string, values: ArrayLike<number>, shape: readonly number[]): ort.Tensor {
  if (type === 'int64') return new ort.Tensor('int64', BigInt64Array.from(Array.from(values, BigInt)), shape);
  if (type === 'float64') return new ort.Tensor('float64', Float64Array.from(values), shape);
  return new ort.Tensor('float32', Float32Array.from(values), shape);
}

function draw(name: string, vocabSize: number, random: SeededRandom): number {
  if (name === 'input_ids' || name === 'labels') return random.integer(vocabSize);
  // A quarter of the positions is padding.
  if (name === 'label_weights') return random.uniform() < 0.25 ? 0 : random.uniform();
  if (name.startsWith('dropout.')) return random.uniform() < 0.2 ? 0 : 1.25;
  if (name === 'learning_rate') return 0.01;
  // The fourth step of AdamW.
  if (name === 'bias_correction_1') return 1 - optimizer.beta1 ** 4;
  if (name === 'bias_correction_2') return 1 - optimizer.beta2 ** 4;
  if (name === 'mu') return 0.01 * random.normal();
  if (name === 'nu') return 0.001 * random.uniform();
  if (name.includes('norm')) return 1 + 0.1 * random.normal();
  return 0.35 * random.normal();
}

function normalize(weights: number[]): void {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  weights.forEach((weight, index) => (weights[index] = weight / sum));
}

function resetNorms(graph: CompiledGraph, theta: number[], random: SeededRandom): void {
  let offset = 0;
  for (const { name, shape } of graph.parameters) {
    const end = offset + elementCount(shape);
    if (name.includes('norm')) for (let i = offset; i < end; i++) theta[i] = 1 + 0.1 * random.normal();
    offset = end;
  }
}
