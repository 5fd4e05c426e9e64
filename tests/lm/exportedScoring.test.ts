import { describe, expect, it } from 'vitest';
import {
  tinyShape,
  tinyVocabulary,
  type DecoderShape,
  type ShapeDtype,
  type ShapeName,
} from '../../models/shapes/shapes.ts';
import { DecoderSession, scoreTitles, titleTrie } from '../../src/lm/index.ts';
import { exportedDecoder } from '../../src/onnx/index.ts';
import { nodeRuntime } from '../fixtures/nodeDecoder.ts';
import { uniform } from '../fixtures/randomLlama.ts';
import { tinyExport, UntouchedDecoder } from '../fixtures/shapeExport.ts';
import { wordTokenizedTitles } from '../fixtures/wordTokens.ts';

const titles = wordTokenizedTitles(tinyVocabulary);
const trie = titleTrie(titles);
const next = uniform(4);
const prompt = Array.from({ length: 37 }, () => Math.floor(next() * tinyVocabulary));

const worst = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, index) => Math.max(most, Math.abs(value - b[index])), 0);

const variants: [ShapeName, ShapeDtype, Partial<DecoderShape>, number][] = [
  ['smollm2-135m', 'fp32', {}, 1e-4],
  ['smollm2-135m', 'q4', {}, 1e-4],
  ['smollm2-135m', 'q4f16', {}, 8e-2],
  ['qwen2.5-0.5b', 'fp32', {}, 1e-4],
  ['qwen2.5-0.5b', 'q4', {}, 1e-4],
  ['qwen2.5-0.5b', 'q4', { rotary: 'attention', packsQueryKeyValue: true, head: 'gemm' }, 1e-4],
  ['qwen2.5-0.5b', 'fp16', {}, 8e-2],
  ['gemma-3-270m', 'fp32', {}, 1e-4],
  ['gemma-3-270m', 'q4', {}, 1e-4],
  ['gemma-3-270m', 'q4', { head: 'dense', isExternal: false }, 1e-4],
  ['gemma-3-270m', 'q4f16', {}, 8e-2],
];

describe('scoring with an export of the hub', () => {
  it.each(variants)(
    '%s %s %j: every title as the untouched export says, title by title',
    async (name, dtype, changes, tolerance) => {
      const files = tinyExport(name, dtype, changes);
      const untouched = await UntouchedDecoder.create(tinyShape(name, changes), dtype, files);
      const expected: number[] = [];
      for (const title of titles) expected.push(await untouched.continuationLogProb(prompt, title));
      const session = await DecoderSession.create(nodeRuntime, exportedDecoder(files));
      const { logProbs } = await scoreTitles(session, prompt, trie);
      console.log(name, dtype, worst(logProbs, expected));
      expect(worst(logProbs, expected)).toBeLessThan(tolerance);
      await session.dispose();
    },
  );
});
