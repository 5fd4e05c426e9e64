/**
 * Speed of the training step on the CPU beside plain products of the same sizes, in one run:
 *   npx tsx tests/bench/trainingStep.ts [hiddenSize layers heads kvHeads intermediateSize vocabSize batch sequence]
 * Prints one JSON object. FLOP are those of the matrix products (2 m n k each; forward once, backward twice),
 * attention counted dense as the graph computes it; everything else is overhead.
 */
import * as ort from 'onnxruntime-node';
import {
  Graph,
  llamaTrainingGraph,
  matmul,
  parameterCount,
  type CompiledGraph,
  type LlamaConfig,
} from '../../src/onnx/index.ts';
import { SeededRandom } from '../../src/platform/index.ts';
import { optimizer, randomFeeds } from '../onnx/llamaFixture.ts';
import { productsFlop, stepProducts } from './stepProducts.ts';

const [
  hiddenSize = 192,
  layers = 4,
  heads = 6,
  kvHeads = 3,
  intermediateSize = 512,
  vocabSize = 1024,
  ...rest
] = process.argv.slice(2).map(Number);
const [batchSize = 16, sequenceLength = 256] = rest;
const config: LlamaConfig = {
  hiddenSize,
  layers,
  heads,
  kvHeads,
  intermediateSize,
  vocabSize,
  ropeTheta: 10_000,
  rmsNormEpsilon: 1e-5,
};
const tokens = batchSize * sequenceLength;
const repetitions = 5;

const sessionOptions: ort.InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 2,
  interOpNumThreads: 1,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
};

const products = stepProducts(config, batchSize, sequenceLength);
const flop = productsFlop(products);

/** Median seconds of one run after a warm-up. */
async function seconds(bytes: Uint8Array, feeds: Record<string, ort.Tensor>): Promise<number> {
  const session = await ort.InferenceSession.create(bytes, sessionOptions);
  await session.run(feeds);
  const times: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    const start = performance.now();
    await session.run(feeds);
    times.push((performance.now() - start) / 1000);
  }
  await session.release();
  return times.sort((a, b) => a - b)[repetitions >> 1];
}

async function productSeconds(): Promise<number> {
  let total = 0;
  for (const [count, batch, m, k, n] of products) {
    const graph = new Graph('product');
    const leading = batch === 1 ? [] : [batch];
    const shapes = [
      [...leading, m, k],
      [...leading, k, n],
    ];
    graph.output('c', matmul(graph, graph.input('a', shapes[0]), graph.input('b', shapes[1])));
    const compiled: CompiledGraph = {
      bytes: graph.bytes(),
      inputs: shapes.map((shape, index) => ({ name: 'ab'[index], type: 'float32', shape })),
      outputs: [],
      parameters: [],
    };
    total += count * (await seconds(compiled.bytes, randomFeeds(compiled, vocabSize, new SeededRandom(1))));
  }
  return total;
}

const training = llamaTrainingGraph(config, { batchSize, sequenceLength, optimizer });
const step = await seconds(training.bytes, randomFeeds(training, vocabSize, new SeededRandom(2)));
const plain = await productSeconds();
console.log(
  JSON.stringify({
    config,
    parameters: parameterCount(training.parameters),
    tokens,
    stepSeconds: step,
    tokensPerSecond: Math.round(tokens / step),
    stepGflopPerSecond: Math.round((3 * flop) / step / 1e9),
    productGflopPerSecond: Math.round(flop / plain / 1e9),
  }),
);
