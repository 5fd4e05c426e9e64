import { describe, expect, it } from 'vitest';
import { decodePrefix, decodeTiming, operationTiming, prefillTiming, timed } from '../../src/lm/index.ts';
import { timingOf } from '../../src/lm/timing.ts';
import { bareCopy, bareProduct, copiedBytes } from '../../src/onnx/index.ts';
import { nodeDecoderSession, nodeRuntime } from '../fixtures/nodeDecoder.ts';
import { randomParameters, tinyShape } from '../fixtures/randomLlama.ts';

const stored = { bits: null, blockSize: 32, activations: 'float32', contextLength: 48 } as const;
const session = () =>
  nodeDecoderSession(tinyShape, randomParameters(tinyShape, 7), stored, {
    weights: 'dense',
    activations: 'float32',
  });
const noLimit = { budgetMs: Infinity };

describe('timing', () => {
  it('gives the median and the extremes', () => {
    expect(timingOf([5, 1, 3])).toEqual({ medianMs: 3, leastMs: 1, mostMs: 5, runs: 3 });
    expect(timingOf([4, 1, 3, 2])).toEqual({ medianMs: 2.5, leastMs: 1, mostMs: 4, runs: 4 });
  });

  it('does not count the first run, and says how far it is', async () => {
    const shares: number[] = [];
    let done = 0;
    const plan = { runs: 3, ...noLimit, afterRun: (share: number) => void shares.push(share) };
    const timing = await timed(() => Promise.resolve(done++), plan);
    expect(done).toBe(4);
    expect(timing.runs).toBe(3);
    expect(shares).toEqual([0.25, 0.5, 0.75, 1]);
  });

  it('stops when its time is over, but not before a run has counted, or the least number', async () => {
    const work = () => Promise.resolve();
    expect(await timed(work, { runs: 9, budgetMs: 0 })).toMatchObject({ runs: 1 });
    const least = { runs: 9, budgetMs: 0, leastRuns: 4, mostMs: Infinity };
    expect(await timed(work, least)).toMatchObject({ runs: 4 });
    expect(await timed(work, { ...least, mostMs: 0 })).toMatchObject({ runs: 1 });
  });

  it('stops where it is told to between two runs', async () => {
    let done = 0;
    const afterRun = () => {
      if (done === 2) throw new Error('enough');
    };
    const work = () => Promise.resolve(done++);
    await expect(timed(work, { runs: 9, ...noLimit, afterRun })).rejects.toThrow('enough');
    expect(done).toBe(2);
  });
});

describe('the speed of a session', () => {
  it('reads a text from nothing each time', async () => {
    const decoder = await session();
    const timing = await prefillTiming(decoder, 40, { runs: 2, ...noLimit });
    expect(timing.runs).toBe(2);
    expect(timing.medianMs).toBeGreaterThan(0);
    await decoder.dispose();
  });

  it('decodes one token at a time behind a prefix, within the context', async () => {
    const decoder = await session();
    const prefix = decodePrefix(decoder.sizes);
    expect(prefix).toBe(16);
    const asked: [length: number, reused: number][] = [];
    const forward = decoder.forward.bind(decoder);
    decoder.forward = (text, ...rest) => {
      asked.push([text.length, decoder.reusableTokens(text)]);
      return forward(text, ...rest);
    };
    const timing = await decodeTiming(decoder, { runs: 34, ...noLimit });
    expect(timing.runs).toBe(34);
    const [first, ...others] = asked;
    expect(first).toEqual([prefix + 1, 0]);
    // Each of the others runs one row, also where the text starts again behind the prefix.
    for (const [length, reused] of others) expect(length - reused).toBe(1);
    expect(Math.max(...asked.map(([length]) => length))).toBe(48);
    await decoder.dispose();
  });
});

describe('bare operations', () => {
  it('run, and their sample is right', async () => {
    const { ort, sessionOptions } = nodeRuntime;
    const one = new ort.Tensor('float32', Float32Array.of(1), [1]);
    for (const [graph, expected] of [
      [bareProduct({ rows: 3, inner: 8, columns: 5, elementType: 'float32' }), 1],
      [bareProduct({ rows: 3, inner: 8, columns: 5, elementType: 'float16' }), 1],
      [bareCopy(100, 4), 5],
    ] as const) {
      const bare = await ort.InferenceSession.create(graph, sessionOptions);
      const { sample } = await bare.run({ one });
      expect(Array.from(sample.data as Float32Array)).toEqual([expected]);
      await bare.release();
    }
    expect(copiedBytes(100, 4)).toBe(400 * 9);
  });

  it('are timed in batches, per operation', async () => {
    const graph = bareProduct({ rows: 4, inner: 8, columns: 8, elementType: 'float32' });
    const { medianMs, leastMs, mostMs, runs } = await operationTiming(nodeRuntime, graph, {
      runs: 3,
      ...noLimit,
    });
    expect(runs).toBe(3);
    expect(leastMs).toBeGreaterThan(0);
    expect(medianMs).toBeGreaterThanOrEqual(leastMs);
    expect(mostMs).toBeGreaterThanOrEqual(medianMs);
  });
});
