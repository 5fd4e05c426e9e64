import { beforeAll, describe, expect, it } from 'vitest';
import { scoreTitles, titleDistribution, titleTrie, type DecoderSession } from '../../src/lm/index.ts';
import { exportDecoder, type DecoderFormat, type ScoringFormat } from '../../src/onnx/index.ts';
import { nodeDecoderSession, nodeRuntime } from '../fixtures/nodeDecoder.ts';
import { PlainDecoder } from '../fixtures/plainDecoder.ts';
import { randomParameters, shippedShape, tinyShape, uniform } from '../fixtures/randomLlama.ts';
import { wordTokenizedTitles } from '../fixtures/wordTokens.ts';

const parameters = randomParameters(shippedShape, 21);
const titles = wordTokenizedTitles(shippedShape.vocabSize);
const trie = titleTrie(titles);
const next = uniform(4);
const prompt = Array.from({ length: 57 }, () => Math.floor(next() * shippedShape.vocabSize));
const stored: DecoderFormat = { bits: 8, blockSize: 32, activations: 'float32' };

const worst = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, index) => Math.max(most, Math.abs(value - b[index])), 0);

describe('title scoring on the processor', () => {
  let naive: Float64Array;
  beforeAll(async () => {
    const plain = await PlainDecoder.create(
      nodeRuntime,
      shippedShape,
      exportDecoder(shippedShape, parameters, stored),
    );
    const logProbs: number[] = [];
    for (const title of titles) logProbs.push(await plain.continuationLogProb(prompt, title));
    naive = Float64Array.from(logProbs);
  }, 120_000);

  const cases: [string, ScoringFormat, number | undefined, number][] = [
    ['dense weights', { weights: 'dense', activations: 'float32' }, undefined, 1e-4],
    ['dense weights, one pass', { weights: 'dense', activations: 'float32' }, 1024, 1e-4],
    ['dense weights, many passes', { weights: 'dense', activations: 'float32' }, 40, 1e-4],
    ['quantized weights', { weights: 'quantized', activations: 'float32' }, undefined, 1e-4],
  ];
  it.each(cases)(
    '%s: every title equals the plain decoder title by title',
    async (_, format, nodesPerPass, most) => {
      const session = await nodeDecoderSession(shippedShape, parameters, stored, format);
      const scores = await scoreTitles(session, prompt, trie, { nodesPerPass });
      expect(scores.logProbs).toHaveLength(333);
      expect(worst(scores.logProbs, naive)).toBeLessThan(most);
      expect(scores.reusedTokens).toBe(0);
      expect(scores.promptTokens).toBe(57);
      const inner = trie.subtreeSizes.filter((size) => size > 1).length;
      expect(scores.forwardedNodes).toBe(inner);
      await session.dispose();
    },
  );

  it('gives sums that are right', async () => {
    const session = await nodeDecoderSession(shippedShape, parameters, stored, cases[0][1]);
    const { logProbs } = await scoreTitles(session, prompt, trie);
    const { raw, renormalised, validMass } = titleDistribution(logProbs);
    const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
    expect(sum(raw)).toBeCloseTo(validMass, 12);
    expect(validMass).toBeLessThanOrEqual(1);
    expect(validMass).toBeGreaterThan(0);
    expect(Math.abs(sum(renormalised) - 1)).toBeLessThan(1e-9);
    raw.forEach((value, index) => expect(renormalised[index]).toBeCloseTo(value / validMass, 9));
    await session.dispose();
  });

  describe('a text that changes at its end', () => {
    let session: DecoderSession;
    const shape = { ...tinyShape, vocabSize: shippedShape.vocabSize };
    beforeAll(async () => {
      session = await nodeDecoderSession(shape, randomParameters(shape, 5), stored, cases[0][1]);
    });

    it.each([
      ['the same prompt', prompt, 56],
      ['another last token', [...prompt.slice(0, 56), 3], 56],
      ['other last line', [...prompt.slice(0, 50), 1, 2, 3, 4, 5], 50],
      ['a longer prompt', [...prompt, 9, 8, 7], 57],
      ['a shorter prompt', prompt.slice(0, 40), 39],
      ['nothing in common', prompt.map((token) => (token + 1) % 2048), 0],
    ])('%s: reuses the common prefix and answers as from cold', async (_, changed, reused) => {
      session.forget();
      await scoreTitles(session, prompt, trie);
      const warm = await scoreTitles(session, changed, trie);
      expect(warm.reusedTokens).toBe(reused);
      session.forget();
      const cold = await scoreTitles(session, changed, trie);
      expect(cold.reusedTokens).toBe(0);
      expect(worst(warm.logProbs, cold.logProbs)).toBeLessThan(2e-5);
    });

    it('refuses an empty prompt and a text beyond the context, and works after that', async () => {
      await expect(scoreTitles(session, [], trie)).rejects.toMatchObject({ code: 'bad-input' });
      const long = new Array<number>(1024).fill(1);
      await expect(scoreTitles(session, long, trie)).rejects.toMatchObject({
        code: 'bad-input',
        data: { limit: 1024 },
      });
      expect((await scoreTitles(session, prompt, trie)).logProbs).toHaveLength(333);
    });

    it('stops when told to', async () => {
      const signal = AbortSignal.abort();
      await expect(scoreTitles(session, prompt, trie, { signal })).rejects.toMatchObject({ code: 'aborted' });
    });
  });
});
