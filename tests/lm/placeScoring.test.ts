import { describe, expect, it } from 'vitest';
import { decisiveTrie, scorePlaces, scoreTitles, titleTrie } from '../../src/lm/index.ts';
import { nodeDecoderSession } from '../fixtures/nodeDecoder.ts';
import { randomParameters, tinyShape, uniform } from '../fixtures/randomLlama.ts';
import { wordTokenizedTitles } from '../fixtures/wordTokens.ts';

const stored = { bits: null, blockSize: 32, activations: 'float32' } as const;
const shape = { ...tinyShape, vocabSize: 1024 };
const next = uniform(6);
const tokens = Array.from({ length: 70 }, () => Math.floor(next() * shape.vocabSize));
const all = wordTokenizedTitles(shape.vocabSize);

describe('all titles at several places of a text', () => {
  it.each([
    ['in one pass', all.slice(0, 9)],
    ['in several', all.slice(0, 150)],
  ])('%s have the probabilities of scoring place by place', async (_, titles) => {
    const trie = titleTrie(titles);
    const format = { weights: 'dense', activations: 'float32' } as const;
    const session = await nodeDecoderSession(shape, randomParameters(shape, 9), stored, format);
    const anchors = [1, 12, 13, 40, 66];
    const { logProbs, forwardedTokens } = await scorePlaces(session, tokens, anchors, trie);
    const { hiddenStates } = await scorePlaces(session, tokens, anchors, trie);
    const rows = anchors.map((anchor) => anchor - 1);
    session.forget();
    const read = await session.hiddenStates(tokens.slice(0, 66), rows);
    expect(read).toHaveLength(anchors.length * shape.hiddenSize);
    read.forEach((value, i) => expect(hiddenStates[i]).toBeCloseTo(value, 4));
    let inner = 0;
    for (const [place, anchor] of anchors.entries()) {
      const alone = await scoreTitles(session, tokens.slice(0, anchor), trie);
      alone.logProbs.forEach((logProb, title) =>
        expect(logProbs[place * titles.length + title]).toBeCloseTo(logProb, 4),
      );
      inner += alone.forwardedNodes;
    }
    expect(forwardedTokens).toBe(66 + inner);
  });

  it('of beginnings that tell titles apart are at least those of the titles, at most 1 together, and cheaper', async () => {
    const titles = all.slice(0, 150);
    const trie = titleTrie(titles);
    const format = { weights: 'dense', activations: 'float32' } as const;
    const session = await nodeDecoderSession(shape, randomParameters(shape, 9), stored, format);
    const decisive = decisiveTrie(trie);
    const short = await scorePlaces(session, tokens, [12, 40], decisive);
    const whole = await scorePlaces(session, tokens, [12, 40], trie);
    expect(short.forwardedTokens).toBeLessThan(whole.forwardedTokens);
    short.logProbs.forEach((logProb, i) => expect(logProb).toBeGreaterThan(whole.logProbs[i] - 1e-4));
    const mass = short.logProbs
      .subarray(0, titles.length)
      .reduce((sum, logProb) => sum + Math.exp(logProb), 0);
    expect(mass).toBeLessThanOrEqual(1 + 1e-5);
  });
});
