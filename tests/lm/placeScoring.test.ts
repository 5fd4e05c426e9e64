import { describe, expect, it } from 'vitest';
import { scorePlaces, scoreTitles, titleTrie } from '../../src/lm/index.ts';
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
});
