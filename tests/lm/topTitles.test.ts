import { describe, expect, it } from 'vitest';
import { scoreTitles, titleTrie, topTitles } from '../../src/lm/index.ts';
import { nodeDecoderSession } from '../fixtures/nodeDecoder.ts';
import { randomParameters, tinyShape, uniform } from '../fixtures/randomLlama.ts';
import { wordTokenizedTitles } from '../fixtures/wordTokens.ts';

const stored = { bits: null, blockSize: 32, activations: 'float32' } as const;
const shape = { ...tinyShape, vocabSize: 1024 };
const next = uniform(6);
const tokens = Array.from({ length: 70 }, () => Math.floor(next() * shape.vocabSize));
const trie = titleTrie(wordTokenizedTitles(shape.vocabSize));

describe('most probable title', () => {
  it('is the same as by scoring all titles, at every place of a text', async () => {
    const format = { weights: 'dense', activations: 'float32' } as const;
    const session = await nodeDecoderSession(shape, randomParameters(shape, 9), stored, format);
    const anchors = [1, 12, 13, 40, 66];
    const found = await topTitles(session, tokens, anchors, trie);
    let inner = 0;
    for (const [index, anchor] of anchors.entries()) {
      const all = await scoreTitles(session, tokens.slice(0, anchor), trie);
      const best = all.logProbs.indexOf(Math.max(...all.logProbs));
      expect(found.top[index].title).toBe(best);
      expect(found.top[index].logProb).toBeCloseTo(all.logProbs[best], 4);
      inner += all.forwardedNodes;
    }
    expect(found.forwardedTokens - 66).toBeLessThan(inner);
  });
});
