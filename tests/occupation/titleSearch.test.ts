import { describe, expect, it } from 'vitest';
import { occ1990dd, TitleSearch, type OccupationList } from '../../src/occupation/index.ts';
import { prefixTypos } from '../../src/occupation/typo.ts';

const search = new TitleSearch(occ1990dd);
const found = (query: string, limit = 3): string[] =>
  search.search(query, limit).map(({ match, occupation }) => `${match}: ${occupation.title}`);

describe('TitleSearch', () => {
  it.each([
    ['cashiers', 'exact: Cashiers'],
    ['  NOT-working', 'exact: Not working'],
    ['cash', 'prefix: Cashiers'],
    ['teacher', 'prefix: Teachers , n.e.c.'],
    ['nurse', 'words: Registered nurses'],
    ['truck driver', 'words: Truck, delivery, and tractor drivers'],
    ['driver truck', 'words: Truck, delivery, and tractor drivers'],
    ['acountant', 'typo: Accountants and auditors'],
    ['sofware dev', 'typo: Computer software developers'],
    ['lwayer', 'typo: Lawyers'],
    ['senior software engineer', 'some words: Computer software developers'],
  ])('puts the best title for %j first', (query, best) => {
    expect(found(query)[0]).toBe(best);
  });

  it('finds the inside of a word after all word beginnings', () => {
    const list: OccupationList = {
      name: 'x',
      occupations: ['Toolmaker', 'Makers of tools', 'Cake maker', 'Maker'].map((title, i) => ({
        code: `${i}`,
        title,
      })),
    };
    const kinds = new TitleSearch(list).search('maker').map(({ match, index }) => `${match} ${index}`);
    expect(kinds).toEqual(['exact 3', 'prefix 1', 'words 2', 'substring 0']);
  });

  it('finds every title by itself and by its beginning', () => {
    occ1990dd.occupations.forEach(({ title }, index) => {
      expect(search.search(title, 1)[0]).toMatchObject({ index, match: 'exact' });
      const beginning = search.search(title.slice(0, 12), 40).map((each) => each.index);
      expect(beginning).toContain(index);
    });
  });

  it('gives the head of the list for nothing, nothing for nonsense, and never more than asked', () => {
    expect(search.search(' ,', 3).map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(found('qqqqzzzz')).toEqual([]);
    expect(found('xy\u0000')).toEqual([]);
    expect(search.search('a', 7)).toHaveLength(7);
  });

  it('gives the same order every time', () => {
    for (const query of ['c', 'machine op', 'engineer', 'sales person']) {
      expect(new TitleSearch(occ1990dd).search(query, 333)).toEqual(search.search(query, 333));
    }
  });

  it('keeps up with typing over 1,000 titles', () => {
    const occupations = Array.from({ length: 1000 }, (_, i) => {
      const { title } = occ1990dd.occupations[i % 333];
      return { code: `${i}`, title: `${title} ${i}` };
    });
    const large = new TitleSearch({ name: 'large', occupations });
    const queries = [
      'a',
      'ac',
      'acc',
      'acco',
      'acounta',
      'machine opertor',
      'senior software engineer manager',
    ];
    queries.forEach((query) => large.search(query));
    const start = performance.now();
    for (let i = 0; i < 5; i++) queries.forEach((query) => large.search(query));
    // 5 ms where nothing else runs; the bound holds on a busy machine, too.
    expect((performance.now() - start) / (5 * queries.length)).toBeLessThan(100);
  });
});

describe('prefixTypos', () => {
  it.each([
    ['cash', 'cashiers', 0],
    ['acount', 'accountants', 1],
    ['lwayer', 'lawyers', 1],
    ['opertor', 'operators', 1],
    ['nurs', 'nurse', 0],
    ['nurses', 'nurse', 1],
    ['abcd', 'wxyz', 3],
    ['clerkk', 'clerks', 1],
    ['bank', 'tank', 3],
  ])('of %s against %s is %i', (typed, word, typos) => {
    expect(prefixTypos(typed, word, 2)).toBe(typos);
  });
});
