import { beforeAll, describe, expect, it } from 'vitest';
import {
  tinyShape,
  tinyVocabulary,
  type DecoderShape,
  type ShapeDtype,
  type ShapeName,
} from '../../models/shapes/shapes.ts';
import { shapeTokenizer } from '../../models/shapes/shapeTokenizer.ts';
import {
  DecoderSession,
  loadTokenizer,
  scoreDocument,
  scorePlaces,
  scoreTitles,
  titleTrie,
  topTitles,
  type TitleTrie,
} from '../../src/lm/index.ts';
import { occ1990dd } from '../../src/occupation/index.ts';
import { exportedDecoder, hiddenStatesDecoder } from '../../src/onnx/index.ts';
import { nodeRuntime } from '../fixtures/nodeDecoder.ts';
import { uniform } from '../fixtures/randomLlama.ts';
import { configOf, tinyExport } from '../fixtures/shapeExport.ts';
import { UntouchedDecoder } from '../fixtures/untouchedDecoder.ts';

const next = uniform(4);
const prompt = Array.from({ length: 37 }, () => Math.floor(next() * tinyVocabulary));

const worst = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, index) => Math.max(most, Math.abs(value - b[index])), 0);

/** All titles of the list in the tokens of a family, about ten each, with the newline that ends them. */
function familyTitles(name: ShapeName): number[][] {
  const { json, config } = shapeTokenizer(tinyShape(name), 1);
  const tokenizer = loadTokenizer(json, config);
  return occ1990dd.occupations.map(
    ({ title }) =>
      tokenizer.encode([
        { text: ` ${title}`, verbatim: true },
        { text: '\n', verbatim: false },
      ]).tokens,
  );
}

const packed = { attention: 'grouped', packsQueryKeyValue: true } as const;

const variants: [ShapeName, ShapeDtype, Partial<DecoderShape>, number][] = [
  ['smollm2-135m', 'fp32', {}, 1e-4],
  ['smollm2-135m', 'q4', {}, 1e-4],
  ['smollm2-135m', 'q4f16', {}, 3e-2],
  ['smollm2-135m', 'q4', { head: 'quantized' }, 1e-4],
  ['smollm2-360m', 'q4', {}, 1e-4],
  ['qwen2.5-0.5b', 'fp32', {}, 1e-4],
  ['qwen2.5-0.5b', 'q4', {}, 1e-4],
  ['qwen2.5-0.5b', 'q4', { attention: 'multi-head' }, 1e-4],
  ['qwen2.5-0.5b', 'q4', { attention: 'grouped' }, 1e-4],
  ['qwen2.5-0.5b', 'q4', { ...packed, rotary: 'attention', head: 'gemm' }, 1e-4],
  ['qwen2.5-0.5b', 'fp16', {}, 3e-2],
  ['qwen2.5-0.5b', 'q4f16', { attention: 'multi-head' }, 3e-2],
  ['qwen3-0.6b', 'fp32', {}, 1e-4],
  ['qwen3-0.6b', 'q4', {}, 1e-4],
  ['qwen3-0.6b', 'q4', { rotary: 'attention' }, 1e-4],
  ['qwen3-0.6b', 'q4', { attention: 'written-out' }, 1e-4],
  ['qwen3-0.6b', 'q4f16', {}, 3e-2],
  ['gemma-3-270m', 'fp32', {}, 1e-4],
  ['gemma-3-270m', 'q4', {}, 1e-4],
  ['gemma-3-270m', 'q4', { head: 'dense', isExternal: false, takesLogitsToKeep: true }, 1e-4],
  ['gemma-3-270m', 'q4', { quantizesEmbedding: false, fusesSums: true, gelu: 'FastGelu' }, 1e-4],
  ['gemma-3-270m', 'q4f16', {}, 3e-2],
  ['gemma-3-1b', 'q4', {}, 1e-4],
  ['gemma-3-1b', 'q4', { attention: 'written-out' }, 1e-4],
  ['gemma-3-1b', 'q4', { attention: 'multi-head' }, 1e-4],
  ['gemma-3-1b', 'q4f16', {}, 3e-2],
  ['gemma-3-1b', 'q4f16', { attention: 'written-out' }, 3e-2],
  ['llama-3.2-1b', 'fp32', {}, 1e-4],
  ['llama-3.2-1b', 'q4', {}, 1e-4],
  ['llama-3.2-1b', 'q4', { ...packed, head: 'quantized' }, 1e-4],
  ['llama-3.2-1b', 'q4', { attention: 'written-out' }, 1e-4],
  ['llama-3.2-1b', 'q4f16', {}, 3e-2],
];

describe('scoring with an export of the hub', () => {
  it.each(variants)(
    '%s %s %j: every title as the untouched export says, title by title',
    async (name, dtype, changes, tolerance) => {
      const files = tinyExport(name, dtype, changes);
      const untouched = await UntouchedDecoder.create(nodeRuntime, tinyShape(name, changes), dtype, files);
      // Processors compute float16 slowly: every sixth title will do there.
      const titles = familyTitles(name).filter((_, title) => !dtype.endsWith('16') || title % 6 === 0);
      const expected: number[] = [];
      for (const title of titles) expected.push(await untouched.continuationLogProb(prompt, title));
      // The processor's build for Node has all operators that a GPU has.
      const config = configOf(tinyShape(name, changes));
      const graph = exportedDecoder(files, { config, device: 'webgpu' });
      const session = await DecoderSession.create(nodeRuntime, graph);
      const { logProbs } = await scoreTitles(session, prompt, titleTrie(titles));
      expect(logProbs).toHaveLength(dtype.endsWith('16') ? 56 : 333);
      expect(worst(logProbs, expected)).toBeLessThan(tolerance);
      await session.dispose();
    },
  );
});

const families = [
  'smollm2-135m',
  'qwen2.5-0.5b',
  'qwen3-0.6b',
  'gemma-3-270m',
  'gemma-3-1b',
  'llama-3.2-1b',
] as const;

describe.each(families)('a session of %s', (name) => {
  const files = tinyExport(name, 'q4');
  const config = configOf(tinyShape(name));
  const titles = familyTitles(name);
  let trie: TitleTrie;
  let session: DecoderSession;
  let untouched: UntouchedDecoder;
  beforeAll(async () => {
    trie = titleTrie(titles);
    session = await DecoderSession.create(nodeRuntime, exportedDecoder(files, { config }));
    untouched = await UntouchedDecoder.create(nodeRuntime, tinyShape(name), 'q4', files);
  });

  it('reuses what two prompts have in common', async () => {
    const changed = [...prompt.slice(0, 30), 1, 2, 3];
    session.forget();
    const cold = (await scoreTitles(session, changed, trie)).logProbs;
    session.forget();
    await scoreTitles(session, prompt, trie);
    const warm = await scoreTitles(session, changed, trie);
    expect(warm.reusedTokens).toBe(30);
    expect(worst(warm.logProbs, cold)).toBeLessThan(1e-4);
  });

  it.each([400_000, 1_500_000])('answers the same within %i bytes, in more passes', async (budget) => {
    const small = await DecoderSession.create(nodeRuntime, exportedDecoder(files, { config }), {
      memoryBudgetBytes: budget,
    });
    session.forget();
    const whole = await scoreTitles(session, prompt, trie, { nodesPerPass: 10_000 });
    const pieces = await scoreTitles(small, prompt, trie, { nodesPerPass: 10_000 });
    expect(pieces.passes).toBeGreaterThan(whole.passes);
    expect(worst(pieces.logProbs, whole.logProbs)).toBeLessThan(1e-4);
    const again = await scoreTitles(small, [...prompt, 4], trie);
    expect(again.reusedTokens).toBe(prompt.length);
    const rows = [3, 20, 36];
    const states = await small.hiddenStates(prompt, rows);
    expect(worst(states, await session.hiddenStates(prompt, rows))).toBeLessThan(1e-4);
    await small.dispose();
  });

  it('gives the hidden states of the export', async () => {
    const { bytes, externalData } = hiddenStatesDecoder(files);
    const external = new Map(externalData.map(({ path, data }) => [path, data]));
    const own = await UntouchedDecoder.create(
      nodeRuntime,
      tinyShape(name),
      'q4',
      { ...files, external },
      bytes,
    );
    const all = await own.output(prompt, 'hidden_states');
    const { hiddenSize } = tinyShape(name);
    const rows = [0, 8, 36];
    const expected = rows.flatMap((row) => [...all.subarray(row * hiddenSize, (row + 1) * hiddenSize)]);
    session.forget();
    expect(worst(await session.hiddenStates(prompt, rows), expected)).toBeLessThan(1e-4);
  });

  it('scores documents, places and the best titles as the untouched export does', async () => {
    const tokens = [...prompt, ...titles[5], ...prompt.slice(0, 9), ...titles[80]];
    const starts = [prompt.length, prompt.length + titles[5].length + 9];
    const naive = (start: number, title: number) =>
      untouched.continuationLogProb(tokens.slice(0, start), titles[title]);
    const expected = [await naive(starts[0], 5), await naive(starts[1], 80)];
    const spans = [5, 80].map((title, span) => ({
      start: starts[span],
      end: starts[span] + titles[title].length,
    }));
    const alternatives = [{ span: 1, tokens: titles[5] }];
    const scored = await scoreDocument(session, { tokens, spans, alternatives });
    expect(worst(scored.spanLogProbs, expected)).toBeLessThan(1e-4);
    expect(scored.alternativeLogProbs[0]).toBeCloseTo(await naive(starts[1], 5), 3);

    const few = titleTrie([titles[5], titles[80], titles[200]]);
    const { logProbs } = await scorePlaces(session, tokens, starts, few);
    expect(worst([logProbs[0], logProbs[4]], expected)).toBeLessThan(1e-4);

    const { logProbs: all } = await scoreTitles(session, tokens.slice(0, starts[1]), trie);
    const { top } = await topTitles(session, tokens, starts, trie);
    expect(top[1].logProb).toBeCloseTo(Math.max(...all), 3);
  });
});
