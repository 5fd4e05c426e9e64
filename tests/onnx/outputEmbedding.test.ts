import { describe, expect, it } from 'vitest';
import {
  type DecoderShape,
  type ShapeDtype,
  type ShapeName,
  tinyShape,
  tinyVocabulary,
} from '../../models/shapes/shapes.ts';
import { DecoderSession } from '../../src/lm/index.ts';
import { exportedDecoder, outputEmbedding } from '../../src/onnx/index.ts';
import { nodeRuntime } from '../fixtures/nodeDecoder.ts';
import { configOf, tinyExport } from '../fixtures/shapeExport.ts';

const text = [5, 77, 130, 8, 41];
const tokens = [0, 3, 64, tinyVocabulary - 1];
const none = { tokens: [], parents: [], anchors: [] };

const heads: [ShapeName, ShapeDtype, Partial<DecoderShape>][] = [
  ['smollm2-135m', 'fp32', {}],
  ['smollm2-135m', 'q4', {}],
  ['smollm2-135m', 'fp16', {}],
  ['qwen2.5-0.5b', 'q4', { head: 'gemm' }],
  ['gemma-3-270m', 'q4', {}],
  ['gemma-3-270m', 'q4', { head: 'dense', isExternal: false }],
];

describe('the output embedding of an export', () => {
  it.each(heads)('%s %s %j: its rows times the state are the logits', async (name, dtype, changes) => {
    const files = tinyExport(name, dtype, changes);
    const config = configOf(tinyShape(name, changes));
    const session = await DecoderSession.create(nodeRuntime, exportedDecoder(files, { config }));
    const { hiddenSize } = session.sizes;
    const state = await session.hiddenStates(text, [text.length - 1]);
    session.forget();
    const picks = tokens.map((token) => ({ row: text.length - 1, token }));
    const { logProbs } = await session.forward(text, none, picks);
    await session.dispose();

    const rows = outputEmbedding(files)(tokens);
    const logits = tokens.map((_, row) =>
      state.reduce((sum, value, place) => sum + value * rows[row * hiddenSize + place], 0),
    );
    const tolerance = dtype === 'fp16' ? 2e-2 : 1e-3;
    for (const [row, logit] of logits.entries())
      expect(Math.abs(logit - logits[0] - (logProbs[row] - logProbs[0]))).toBeLessThan(tolerance);
    // Not by chance: the logits differ.
    expect(Math.max(...logits) - Math.min(...logits)).toBeGreaterThan(10 * tolerance);
  });

  it('has no rows for tokens that are none', () => {
    const rows = outputEmbedding(tinyExport('smollm2-135m', 'q4', {}));
    expect(() => rows([tinyVocabulary])).toThrow(/no token/);
  });
});
