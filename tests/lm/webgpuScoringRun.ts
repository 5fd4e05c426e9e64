/**
 * Scores all titles on onnxruntime-node's WebGPU provider and on the processor, in a process of its own because the
 * Vulkan driver is chosen when a process starts. Prints the largest difference; the runtime reports on stderr.
 */
import * as ort from 'onnxruntime-node';
import { DecoderSession, scoreTitles, titleTrie, type Runtime } from '../../src/lm/index.ts';
import { exportDecoder, readModel, scoringDecoder } from '../../src/onnx/index.ts';
import { nodeRuntime } from '../fixtures/nodeDecoder.ts';
import { randomParameters, tinyShape } from '../fixtures/randomLlama.ts';
import { wordTokenizedTitles } from '../fixtures/wordTokens.ts';

const weights = process.argv[2] === 'dense' ? 'dense' : 'quantized';
const shape = { ...tinyShape, vocabSize: 1024 };
const stored = { bits: 8, blockSize: 32, activations: 'float32' } as const;
const model = readModel(exportDecoder(shape, randomParameters(shape, 3), stored));
const trie = titleTrie(wordTokenizedTitles(shape.vocabSize));
const prompt = Array.from({ length: 40 }, (_, index) => (index * 37) % shape.vocabSize);
const prompts = [prompt, [...prompt.slice(0, 30), 3, 4]];

async function answers(runtime: Runtime): Promise<Float64Array[]> {
  const session = await DecoderSession.create(
    runtime,
    scoringDecoder(model, { weights, activations: 'float32' }),
  );
  const logProbs: Float64Array[] = [];
  for (const text of prompts)
    logProbs.push((await scoreTitles(session, text, trie, { nodesPerPass: 1024 })).logProbs);
  return logProbs;
}

async function run(): Promise<void> {
  const verbose = { logSeverityLevel: 0, logVerbosityLevel: 1 } as const;
  const gpu = await answers({
    ort,
    sessionOptions: { executionProviders: ['webgpu'], ...verbose },
    threads: 1,
  });
  const cpu = await answers(nodeRuntime);
  const worst = cpu.map((expected, index) =>
    expected.reduce((most, value, title) => Math.max(most, Math.abs(value - gpu[index][title])), 0),
  );
  process.stdout.write(JSON.stringify(worst));
  // The provider's threads would keep the process alive.
  process.exit(0);
}

void run();
