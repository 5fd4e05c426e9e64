import { beforeAll, describe, expect, it } from 'vitest';
import { scoreDocument, type DecoderSession, type ScorableDocument } from '../../src/lm/index.ts';
import { exportDecoder, type DecoderFormat } from '../../src/onnx/index.ts';
import { nodeDecoderSession, nodeRuntime } from '../fixtures/nodeDecoder.ts';
import { PlainDecoder } from '../fixtures/plainDecoder.ts';
import { randomParameters, tinyShape, uniform } from '../fixtures/randomLlama.ts';

const stored: DecoderFormat = { bits: null, blockSize: 32, activations: 'float32' };
const parameters = randomParameters(tinyShape, 8);
const end = 0;
const next = uniform(2);
const token = (): number => 1 + Math.floor(next() * (tinyShape.vocabSize - 1));

/** A header, then lines: three tokens, a title, its end. Each title is offered in the next line's place. */
function randomDocument(lines: number): ScorableDocument {
  const tokens = Array.from({ length: 6 }, token);
  const spans: { start: number; end: number }[] = [];
  const titles: number[][] = [];
  for (let line = 0; line < lines; line++) {
    tokens.push(token(), token(), token());
    const stays = line > 0 && next() < 0.4;
    const title = stays
      ? titles[line - 1]
      : [...Array.from({ length: 1 + Math.floor(next() * 4) }, token), end];
    spans.push({ start: tokens.length, end: tokens.length + title.length });
    tokens.push(...title);
    titles.push(title);
  }
  tokens.push(token());
  const alternatives = titles.slice(0, -1).map((title, index) => ({ span: index + 1, tokens: title }));
  return { tokens, spans, alternatives };
}

describe('document scoring', () => {
  let session: DecoderSession;
  let plain: PlainDecoder;
  beforeAll(async () => {
    const format = { weights: 'dense', activations: 'float32' } as const;
    session = await nodeDecoderSession(tinyShape, parameters, stored, format);
    plain = await PlainDecoder.create(nodeRuntime, tinyShape, exportDecoder(tinyShape, parameters, stored));
  });

  it.each([1, 2, 12])('%i lines: every title and every alternative as one by one', async (lines) => {
    const document = randomDocument(lines);
    const scores = await scoreDocument(session, document);
    for (const [index, { start, end: stop }] of document.spans.entries()) {
      const expected = await plain.continuationLogProb(
        document.tokens.slice(0, start),
        document.tokens.slice(start, stop),
      );
      expect(scores.spanLogProbs[index]).toBeCloseTo(expected, 4);
    }
    for (const [index, { span, tokens }] of document.alternatives.entries()) {
      const expected = await plain.continuationLogProb(
        document.tokens.slice(0, document.spans[span].start),
        tokens,
      );
      expect(scores.alternativeLogProbs[index]).toBeCloseTo(expected, 4);
    }
    expect(scores.forwardedTokens).toBeLessThan(2 * document.tokens.length);
  });

  it('answers the same again, whatever is in the cache', async () => {
    const document = randomDocument(5);
    const first = await scoreDocument(session, document);
    expect(await scoreDocument(session, document)).toEqual(first);
  });

  it('has nothing to say about a document without spans, and refuses impossible ones', async () => {
    const document = randomDocument(2);
    expect(
      (await scoreDocument(session, { ...document, spans: [], alternatives: [] })).spanLogProbs,
    ).toHaveLength(0);
    for (const spans of [[{ start: 0, end: 2 }], [{ start: 4, end: 4 }], [{ start: 4, end: 99 }]])
      await expect(scoreDocument(session, { ...document, spans, alternatives: [] })).rejects.toMatchObject({
        code: 'bad-input',
      });
    const alternatives = [{ span: 7, tokens: [1, end] }];
    await expect(scoreDocument(session, { ...document, alternatives })).rejects.toMatchObject({
      code: 'bad-input',
    });
  });
});
