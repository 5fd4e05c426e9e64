import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyMerges, byteSymbols, ranks, toSymbols, trainMerges } from '../../models/recipe/bytePairs.ts';

const byteOf = new Map(byteSymbols.map((symbol, byte) => [symbol, byte]));
const decode = (symbols: readonly string[]) =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    Uint8Array.from(Array.from(symbols.join('')), (symbol) => byteOf.get(symbol) ?? NaN),
  );

describe('byte pairs', () => {
  it('give every byte a printable symbol of its own', () => {
    expect(new Set(byteSymbols).size).toBe(256);
    expect(byteSymbols.every((symbol) => /^\S$/.test(symbol))).toBe(true);
  });

  it('merge the heaviest pair first', () => {
    const merges = trainMerges(
      new Map([
        ['aab', 3],
        ['cab', 4],
        ['cd', 6],
      ]),
      3,
    );
    expect(merges).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'ab'],
    ]);
  });

  it('do not depend on the order of the units', () => {
    const units: [string, number][] = [
      ['nurse', 5],
      ['purse', 5],
      ['nursery', 2],
      ['curse', 5],
    ];
    expect(trainMerges(new Map(units), 8)).toEqual(trainMerges(new Map([...units].reverse()), 8));
  });

  it('go on from earlier merges, which come first', () => {
    const words = trainMerges(new Map([['ab', 5]]), 1);
    const all = trainMerges(new Map([['ab ab', 2]]), 2, words);
    expect(all[0]).toEqual(['a', 'b']);
    expect(applyMerges('ab ab', ranks(all))).toHaveLength(1);
  });

  it('lose no text', () => {
    const merges = ranks(
      trainMerges(
        new Map([
          ['the nurse', 9],
          [' therapist', 4],
          ['été', 3],
        ]),
        30,
      ),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decode(applyMerges(text, merges))).toBe(text.toWellFormed());
        expect(decode(toSymbols(text))).toBe(text.toWellFormed());
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
