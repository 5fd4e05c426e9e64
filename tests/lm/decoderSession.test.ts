import { describe, expect, it } from 'vitest';
import { DecoderSession, scoreTitles, titleTrie, type Runtime } from '../../src/lm/index.ts';
import { exportDecoder, readModel, scoringDecoder } from '../../src/onnx/index.ts';
import { nodeRuntime } from '../fixtures/nodeDecoder.ts';
import { randomParameters, tinyShape } from '../fixtures/randomLlama.ts';

const stored = { bits: 8, blockSize: 32, activations: 'float32' } as const;
const model = readModel(exportDecoder(tinyShape, randomParameters(tinyShape, 3), stored));
const graph = scoringDecoder(model, { weights: 'dense', activations: 'float32' });
const trie = titleTrie([
  [5, 6, 0],
  [5, 0],
  [7, 0],
]);
const prompt = [1, 2, 3, 4];

/** What a broken device does to its answer; null answers as computed. */
let damage: ((logProbs: Float32Array) => void) | null = null;

/** A runtime whose answers may be damaged on their way out, and whose GPU may be lost. */
function runtime(gpuDevice?: GPUDevice): Runtime {
  const { InferenceSession, Tensor } = nodeRuntime.ort;
  const create = async (bytes: Uint8Array) => {
    const session = await InferenceSession.create(bytes, nodeRuntime.sessionOptions);
    const run = async (feeds: Parameters<typeof session.run>[0], fetches: string[]) => {
      const outputs = await session.run(feeds, fetches);
      damage?.(outputs.picked_log_probs.data as Float32Array);
      return outputs;
    };
    return { run, release: () => session.release() };
  };
  const ort = { Tensor, InferenceSession: { create } } as unknown as Runtime['ort'];
  return { ...nodeRuntime, ort, ...(gpuDevice && { gpuDevice }) };
}

describe('decoder session', () => {
  it.each([
    ['zeros', (logProbs: Float32Array) => void logProbs.fill(0)],
    ['values that are no numbers', (logProbs: Float32Array) => void (logProbs[1] = NaN)],
    ['one value everywhere', (logProbs: Float32Array) => void logProbs.fill(-4.1)],
  ])('never answers with %s, and answers again once the device does', async (_, broken) => {
    const session = await DecoderSession.create(runtime(), graph);
    const right = await scoreTitles(session, prompt, trie);
    damage = broken;
    try {
      await expect(scoreTitles(session, [...prompt, 8], trie)).rejects.toMatchObject({ code: 'bad-output' });
    } finally {
      damage = null;
    }
    const again = await scoreTitles(session, prompt, trie);
    again.logProbs.forEach((value, title) => expect(value).toBeCloseTo(right.logProbs[title], 5));
  });

  it('throws away what a lost device still answers', async () => {
    let lose: (info: GPUDeviceLostInfo) => void = () => undefined;
    const lost = new Promise<GPUDeviceLostInfo>((resolve) => (lose = resolve));
    const device = { lost } as unknown as GPUDevice;
    const session = await DecoderSession.create(runtime(device), graph);
    await scoreTitles(session, prompt, trie);
    lose({} as GPUDeviceLostInfo);
    await expect(scoreTitles(session, prompt, trie)).rejects.toMatchObject({ code: 'device-lost' });
  });

  it('refuses to continue a text that it has not read last', async () => {
    const session = await DecoderSession.create(runtime(), graph);
    const nothing = { tokens: [], parents: [], anchors: [] };
    await expect(session.forwardMore(prompt, nothing, [])).rejects.toMatchObject({ code: 'internal' });
  });
});
