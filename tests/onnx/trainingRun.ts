/**
 * A child process of the tests: trains the small Llama for ten steps on seeded data and prints one JSON object.
 * A process of its own, because the Vulkan driver is chosen when a process starts, and because the same seed
 * must give the same bytes in two processes. The runtime's placement report goes to stderr.
 *   node --import tsx tests/onnx/trainingRun.ts <cpu|wasm|webgpu> <full|lora>
 */
import { createHash } from 'node:crypto';
import type * as ort from 'onnxruntime-node';
import { llamaTrainingGraph } from '../../src/onnx/index.ts';
import { SeededRandom } from '../../src/platform/index.ts';
import { optimizer, randomFeeds, smallLlama, tensor } from './llamaFixture.ts';
import { providerGraphOptions, type TrainingRun } from './trainingRuns.ts';

const [provider, mode] = process.argv.slice(2);
const graph = llamaTrainingGraph(smallLlama, providerGraphOptions[mode === 'lora' ? 'lora' : 'full']);
const feeds = randomFeeds(graph, smallLlama.vocabSize, new SeededRandom('training run'));

async function createSession(): Promise<ort.InferenceSession> {
  if (provider === 'wasm') {
    const { env, InferenceSession } = await import('onnxruntime-web');
    env.wasm.numThreads = 1;
    return InferenceSession.create(graph.bytes, { executionProviders: ['wasm'] });
  }
  const { InferenceSession } = await import('onnxruntime-node');
  return InferenceSession.create(graph.bytes, {
    executionProviders: [provider],
    intraOpNumThreads: 2,
    // The most talkative level holds the placement of every node.
    logSeverityLevel: provider === 'webgpu' ? 0 : 3,
  });
}

type State = TrainingRun['first'];
const state = (): State => {
  const values = (name: string): number[] => [...(feeds[name].data as Float32Array)];
  return { theta: values('theta'), mu: values('mu'), nu: values('nu') };
};

const session = await createSession();
const losses: number[] = [];
let first: State | undefined;
for (let step = 1; step <= 10; step++) {
  feeds.bias_correction_1 = tensor('float32', [1 - optimizer.beta1 ** step], [1]);
  feeds.bias_correction_2 = tensor('float32', [1 - optimizer.beta2 ** step], [1]);
  const outputs = await session.run(feeds);
  for (const name of ['theta', 'mu', 'nu']) feeds[name] = outputs[`next_${name}`];
  losses.push((outputs.loss.data as Float32Array)[0]);
  first ??= state();
}
const last = state();
const sha256 = createHash('sha256');
for (const values of [last.theta, last.mu, last.nu]) sha256.update(Float32Array.from(values));
if (first !== undefined) {
  const result: TrainingRun = { sha256: sha256.digest('hex'), losses, first, last };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
