import { describe, expect, it } from 'vitest';
import { textify } from '../../src/career/index.ts';
import { batchTensors, planBatches, rowsPerBatch } from '../../src/predictors/documents/batches.ts';
import { careerDocument, contentHash, encodeDocument } from '../../src/predictors/documents/document.ts';
import { WordEncoder } from '../fixtures/wordEncoder.ts';
import { careers, encode } from './loraFixture.ts';

const encoder = new WordEncoder(1000);
const [career] = careers;
const titles = career.observations.map(({ title }) => [
  ...encoder.encode({ text: ` ${title}`, verbatim: true }),
  ...encoder.encode({ text: '\n', verbatim: false }),
]);

describe('a career as a document', () => {
  it('knows where its titles are, and weighs them 1 and the rest as asked', () => {
    const document = careerDocument(career, encoder, 0.25);
    const spans = document.titles.map(({ start, end }) => [...document.tokens.slice(start, end)]);
    expect(spans).toEqual(titles);
    const inTitle = new Set(
      document.titles.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i)),
    );
    document.weights.forEach((weight, i) => {
      expect(weight).toBe(inTitle.has(i) ? 1 : 0.25);
    });
    expect(document.tokens.length).toBe(
      textify(career).pieces.reduce((sum, piece) => sum + encoder.encode(piece).length, 0),
    );
  });

  it('under a template of the last records asks for those observations only', () => {
    const asked: number[] = [];
    const document = careerDocument(career, encoder, 0, {
      template: { lastRecords: 3 },
      isTarget: (observation) => {
        asked.push(observation);
        return observation !== career.observations.length - 1;
      },
    });
    const count = career.observations.length;
    expect(asked).toEqual([count - 3, count - 2, count - 1]);
    const { start, end } = document.titles[2];
    expect([...document.tokens.slice(start, end)]).toEqual(titles[count - 1]);
    expect([...document.weights.slice(start, end)].every((weight) => weight === 0)).toBe(true);
  });
});

describe('batches of documents', () => {
  it('are cut to the given row lengths', () => {
    const lengths = [32, 64];
    for (const { rowLength, documents } of planBatches(encode(0), 256, undefined, lengths)) {
      expect(lengths).toContain(rowLength);
      expect(documents.length).toBeLessThanOrEqual(rowsPerBatch(rowLength, 256));
      for (const { tokens } of documents)
        if (rowLength === 32) expect(tokens.length - 1).toBeLessThanOrEqual(32);
    }
  });

  it('weigh nothing where nothing is to be learned', () => {
    const silent = encodeDocument([{ text: ' a b c', verbatim: true, weight: 0 }], encoder);
    const { labelWeights } = batchTensors({ rowLength: 48, documents: [silent] }, 2);
    expect(labelWeights).toEqual(new Float32Array(96));
  });
});

describe('the hash of documents', () => {
  it('tells other tokens, other weights and another order', () => {
    const documents = encode(0);
    const hashes = [documents, encode(1), documents.slice(1), [...documents].reverse()].map(contentHash);
    expect(new Set(hashes).size).toBe(4);
    expect(contentHash(encode(0))).toBe(hashes[0]);
  });
});
