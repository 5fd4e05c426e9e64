import { describe, expect, it } from 'vitest';
import { checkLogProbs } from '../../src/lm/outputCheck.ts';
import { checkContext, decoderPass } from '../../src/lm/decoderPass.ts';

const sizes = {
  layers: 1,
  vocabSize: 10,
  hiddenSize: 4,
  heads: 1,
  kvHeads: 1,
  headSize: 4,
  contextLength: 8,
  mostRows: 16,
};
const pass = decoderPass(sizes, [1, 2], 0, { tokens: [], parents: [], anchors: [] }, [
  { row: 0, token: 3 },
  { row: 0, token: 4 },
  { row: 1, token: 3 },
]);

describe('output check', () => {
  it('lets through what a model can answer', () => {
    expect(() => checkLogProbs(Float32Array.of(-0.7, -0.8, -100), pass)).not.toThrow();
    expect(() => checkLogProbs(Float32Array.of(0, -60, -0.001), pass)).not.toThrow();
  });

  it.each([
    ['a buffer that was never written', [0, 0, 0]],
    ['a value that is no number', [-1, NaN, -2]],
    ['an infinite value', [-1, -Infinity, -2]],
    ['a probability above 1', [-1, -2, 0.5]],
    ['more than 1 in sum after one row', [-0.1, -0.2, -3]],
    ['the same answer to everything', [-2.3, -2.3, -2.3]],
    ['too few answers', [-1, -2]],
  ])('refuses %s', (_, values) => {
    expect(() => checkLogProbs(Float32Array.from(values), pass)).toThrow(
      expect.objectContaining({ code: 'bad-output' }) as Error,
    );
  });
});

describe('decoder pass', () => {
  it('positions and masks a tree after a half-cached text', () => {
    const forest = { tokens: [7, 8, 9], parents: [-1, 0, -1], anchors: [3, 3, 2] };
    const tree = decoderPass(sizes, [1, 2, 3], 1, forest, [
      { row: 4, token: 5 },
      { row: 1, token: 0 },
      { row: 4, token: 6 },
    ]);
    expect([...tree.inputIds].map(Number)).toEqual([2, 3, 7, 8, 9]);
    expect([...tree.positionIds].map(Number)).toEqual([1, 2, 3, 4, 2]);
    const seen = Array.from({ length: 5 }, (_, row) =>
      [...tree.attentionBias.subarray(row * 6, row * 6 + 6)].map((bias) => (bias === 0 ? 'x' : '.')).join(''),
    );
    expect(seen).toEqual(['xx....', 'xxx...', 'xxxx..', 'xxxxx.', 'xx...x']);
    expect([...tree.headRows].map(Number)).toEqual([4, 1]);
    expect([...tree.picks].map(Number)).toEqual([5, 10, 6]);
    expect([...tree.pickRows].map(Number)).toEqual([0, 1, 0]);
    expect([tree.reusedLength, tree.keptLength]).toEqual([1, 3]);
  });

  it('refuses a text, or a branch of a tree, that is longer than the context', () => {
    const none = { tokens: [], parents: [], anchors: [] };
    expect(() => checkContext(sizes, 9, none)).toThrow('longer');
    const branch = { tokens: [1, 1, 1], parents: [-1, 0, 1], anchors: [6, 6, 6] };
    expect(() => checkContext(sizes, 2, branch)).toThrow('longer');
    const wide = Array.from({ length: 15 }, () => 0);
    const forest = { tokens: wide, parents: wide.map(() => -1), anchors: wide.map(() => 2) };
    expect(() => checkContext(sizes, 8, forest)).not.toThrow();
  });
});
