import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { dropoutNames, elementCount, llamaParameters, llamaTrainingGraph } from '../../src/onnx/index.ts';
import { SeededRandom } from '../../src/platform/index.ts';
import { jaxLlama } from './jaxLlama.ts';
import { optimizer, randomFeeds, smallLlama } from './llamaFixture.ts';

const size = { batchSize: 3, sequenceLength: 8 };

describe('one training step of a Llama', () => {
  const lora = { rank: 3, alpha: 6, targets: ['q_proj', 'o_proj', 'gate_proj'], layers: [1] };

  it.each([
    ['of all weights', undefined],
    ['of LoRA', lora],
  ])(
    '%s agrees with jax-js to 1e-5, dropout masks included',
    async (_, lora) => {
      const graph = llamaTrainingGraph(smallLlama, {
        ...size,
        optimizer,
        dropout: true,
        ...(lora && { lora }),
      });
      const feeds = randomFeeds(graph, smallLlama.vocabSize, new SeededRandom('jax'));
      const floats = (name: string) => feeds[name].data as Float32Array<ArrayBuffer>;
      const integers = (name: string): number[] => Array.from(feeds[name].data as BigInt64Array, Number);
      const oracle = await jaxLlama(smallLlama, graph, {
        ...size,
        theta: floats('theta'),
        ids: integers('input_ids'),
        labels: integers('labels'),
        labelWeights: floats('label_weights'),
        dropout: new Map(dropoutNames(smallLlama).map((name) => [name, floats(name)])),
        ...(lora && {
          lora: {
            scale: lora.alpha / lora.rank,
            frozen: new Map(llamaParameters(smallLlama).map(({ name }) => [name, floats(name)])),
          },
        }),
      });
      const session = await ort.InferenceSession.create(graph.bytes);
      const outputs = await session.run(feeds);
      const output = (name: string): Float32Array => outputs[name].data as Float32Array;
      expect(Math.abs(output('loss')[0] / oracle.loss - 1)).toBeLessThan(1e-5);

      // The step is undone by what AdamW does to mu: that leaves the gradient as our graph computed it.
      const norm = Math.hypot(...oracle.gradient);
      expect(Math.abs(output('grad_norm')[0] / norm - 1)).toBeLessThan(1e-5);
      const clip = Math.min(1, optimizer.clipNorm / norm);
      let offset = 0;
      for (const { name, shape } of graph.parameters) {
        const indices = Array.from({ length: elementCount(shape) }, (_, index) => offset + index);
        const largest = Math.max(...indices.map((index) => Math.abs(oracle.gradient[index])));
        for (const index of indices) {
          const moment = output('next_mu')[index] - optimizer.beta1 * floats('mu')[index];
          const ours = moment / (1 - optimizer.beta1) / clip;
          expect(Math.abs(ours - oracle.gradient[index]) / largest, name).toBeLessThan(1e-5);
        }
        offset += indices.length;
      }
      // jax-js compiles each of its kernels first.
    },
    180_000,
  );
});
