import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decisiveTrie, titleTrie } from '../../src/lm/index.ts';
import { trieRuns } from '../../src/lm/titleTrie.ts';

const end = 0;

describe('title trie', () => {
  it('shares prefixes and gives every title its own end', () => {
    const trie = titleTrie([
      [5, 6, end],
      [5, end],
      [5, 6, 7, end],
      [8, end],
    ]);
    expect([...trie.nodeTokens]).toEqual([5, 6, end, 7, end, end, 8, end]);
    expect([...trie.nodeParents]).toEqual([-1, 0, 1, 1, 3, 0, -1, 6]);
    expect([...trie.subtreeSizes]).toEqual([6, 4, 1, 2, 1, 1, 2, 1]);
    expect([...trie.titleNodes]).toEqual([2, 5, 4, 7]);
  });

  it.each([
    ['an end inside a title', [[5, end, 6, end]], 'Title 1'],
    [
      'another end',
      [
        [5, end],
        [6, 7],
      ],
      'Title 2',
    ],
    ['an empty title', [[5, end], [end]], 'Title 2'],
    [
      'the same title twice',
      [
        [5, end],
        [6, end],
        [5, end],
      ],
      'Titles 1 and 3',
    ],
  ])('refuses %s', (_, titles, message) => {
    expect(() => titleTrie(titles)).toThrow(message);
  });

  it('is cut after the token that tells a title from all others', () => {
    const trie = decisiveTrie(
      titleTrie([
        [5, 6, end],
        [5, end],
        [5, 6, 7, 8, end],
        [9, 6, 7, end],
      ]),
    );
    expect([...trie.nodeTokens]).toEqual([5, 6, end, 7, end, 9]);
    expect([...trie.nodeParents]).toEqual([-1, 0, 1, 1, 0, -1]);
    expect([...trie.subtreeSizes]).toEqual([5, 3, 1, 1, 1, 1]);
    expect([...trie.titleNodes]).toEqual([2, 4, 3, 5]);
  });

  it('any set of titles can be read back along the parents, and runs cover all nodes once', () => {
    const title = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 6 });
    const titles = fc.uniqueArray(title, { maxLength: 40, selector: (tokens) => tokens.join() });
    fc.assert(
      fc.property(titles, fc.integer({ min: 1, max: 12 }), (bare, most) => {
        const trie = titleTrie(bare.map((tokens) => [...tokens, end]));
        bare.forEach((tokens, index) => {
          const path: number[] = [];
          for (let node = trie.titleNodes[index]; node >= 0; node = trie.nodeParents[node])
            path.unshift(trie.nodeTokens[node]);
          expect(path).toEqual([...tokens, end]);
        });
        const runs = trieRuns(trie, most);
        expect(runs.map(([start]) => start)).toEqual(
          [0, ...runs.map(([, stop]) => stop)].slice(0, runs.length),
        );
        expect(runs.at(-1)?.[1] ?? 0).toBe(trie.nodeTokens.length);
        for (const [start] of runs) expect(trie.nodeParents[start]).toBe(-1);
      }),
    );
  });
});
