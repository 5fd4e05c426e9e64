import { describe, expect, it } from 'vitest';
import { mostHeadRows, mostRows, planPasses } from '../../src/lm/passPlan.ts';
import { uniform } from '../fixtures/randomLlama.ts';

const sizes = {
  layers: 2,
  vocabSize: 1000,
  hiddenSize: 8,
  heads: 4,
  kvHeads: 2,
  headSize: 4,
  contextLength: 4096,
  mostRows: 4096,
};
const mebi = 2 ** 20;

/** Bytes that the description of the budget counts: three arrays of scores, or of logits. */
const scoreBytes = (rows: number, visible: number) => 3 * 4 * sizes.heads * rows * visible;
const logitBytes = (rows: number) => 3 * 4 * sizes.vocabSize * rows;

describe('what a pass may take', () => {
  it.each([0, 1, 100, 4000])('fills the budget after %i cached rows and does not exceed it', (reused) => {
    for (const budget of [mebi / 4, mebi, 64 * mebi]) {
      const rows = mostRows({ ...sizes, mostRows: 1e9 }, budget, reused);
      if (rows > 1) expect(scoreBytes(rows, reused + rows)).toBeLessThanOrEqual(budget);
      expect(scoreBytes(rows + 1, reused + rows + 1)).toBeGreaterThan(budget);
      const heads = mostHeadRows(sizes, budget);
      expect(logitBytes(heads)).toBeLessThanOrEqual(budget);
      expect(logitBytes(heads + 1)).toBeGreaterThan(budget);
    }
  });

  it('keeps the logits of a vocabulary of 262,144 within 256 MiB', () => {
    expect(mostHeadRows({ ...sizes, vocabSize: 262_144 }, 256 * mebi)).toBe(85);
  });
});

describe('a plan', () => {
  const next = uniform(3);
  const textLength = 60;
  const nodes = Array.from({ length: 150 }, (_, node) => node);
  const parents: number[] = [];
  for (const node of nodes)
    parents.push(
      node % 25 === 0 ? -1 : Math.max(Math.floor(node / 25) * 25, node - 1 - Math.floor(next() * 3)),
    );
  const forest = { tokens: nodes.map((node) => node % 7), parents, anchors: nodes.map(() => textLength) };
  const picks = [
    ...[10, 59, 59, 31].map((row) => ({ row, token: row })),
    ...nodes.filter((node) => node % 2 === 0).map((node) => ({ row: textLength + node, token: node })),
  ];
  const question = { textLength, reusedLength: 0, forest, picks };

  it.each([mebi / 16, mebi / 8, mebi / 2, 64 * mebi])(
    'with a budget of %i bytes answers every pick once, within it',
    (budget) => {
      const passes = planPasses(sizes, budget, question);
      expect(passes.length === 1).toBe(budget === 64 * mebi);
      const answered = passes.flatMap(({ owners }) => owners).sort((a, b) => a - b);
      expect(answered).toEqual([...picks.keys()]);
      let read = 0;
      for (const { reusedLength, textLength: end, forest: part, picks: asked, owners } of passes) {
        expect(reusedLength).toBe(read);
        read = end;
        const fresh = end - reusedLength;
        expect(scoreBytes(fresh + part.tokens.length, end + part.tokens.length)).toBeLessThanOrEqual(budget);
        expect(logitBytes(new Set(asked.map(({ row }) => row)).size)).toBeLessThanOrEqual(budget);
        if (part.tokens.length > 0) expect(end).toBe(textLength);
        asked.forEach(({ row, token }, place) => {
          const original = picks[owners[place]];
          expect(token).toBe(original.token);
          if (original.row < textLength) expect(reusedLength + row).toBe(original.row);
          else expect(pathOf(part, row - fresh)).toEqual(pathOf(forest, original.row - textLength));
        });
      }
      expect(read).toBe(textLength);
    },
  );

  it('refuses a branch that does not fit by itself', () => {
    const chain = { tokens: nodes, parents: nodes.map((node) => node - 1), anchors: nodes.map(() => 60) };
    const asked = { ...question, forest: chain, picks: [{ row: 209, token: 1 }] };
    expect(() => planPasses(sizes, mebi / 16, asked)).toThrow('memory budget');
  });

  function pathOf(
    { tokens, parents: above }: { tokens: readonly number[]; parents: readonly number[] },
    node: number,
  ): number[] {
    return node < 0 ? [] : [...pathOf({ tokens, parents: above }, above[node]), tokens[node]];
  }
});
