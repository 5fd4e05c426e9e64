import { describe, expect, it } from 'vitest';
import { normaliseTitle } from '../../src/career/index.ts';
import { occ1990dd, readOccupationList, type OwnListResult } from '../../src/occupation/index.ts';
import { OccupationIndex } from '../fixtures/occupationIndex.ts';

describe('occ1990dd', () => {
  const { occupations } = occ1990dd;

  it('holds 331 titles and the two states, with unique codes and unique ASCII titles', () => {
    expect(occupations).toHaveLength(333);
    expect(new Set(occupations.map(({ code }) => code)).size).toBe(333);
    expect(new Set(occupations.map(({ title }) => title)).size).toBe(333);
    expect(occupations.filter(({ code }) => !/^\d+$/.test(code))).toEqual([
      { code: 'in_school', title: 'In school' },
      { code: 'not_working', title: 'Not working' },
    ]);
    for (const { title } of occupations) {
      expect(title).toMatch(/^[\x20-\x7e]+$/);
      expect(normaliseTitle(title)).toBe(title);
    }
  });

  it('is found by code, by title, and by step', () => {
    const index = new OccupationIndex(occ1990dd);
    const cashiers = occupations.findIndex(({ title }) => title === 'Cashiers');
    expect(index.ofCode('276')).toBe(cashiers);
    expect(index.ofTitle(' Cashiers ')).toBe(cashiers);
    expect(index.ofStep({ occupationCode: null, title: 'Cashiers' })).toBe(cashiers);
    expect(index.ofStep({ occupationCode: '276', title: 'anything' })).toBe(cashiers);
    expect([index.ofCode(null), index.ofCode('0'), index.ofTitle('Juggler')]).toEqual([-1, -1, -1]);
    expect(index.ofStep({ occupationCode: 'constructor', title: '__proto__' })).toBe(-1);
  });
});

describe('readOccupationList', () => {
  const read = (content: string): OwnListResult => readOccupationList({ name: 'trades.csv', content });
  const trades = [
    { code: 'a', title: 'Baker' },
    { code: 'b', title: 'Smith, black' },
  ];

  it.each([
    ['header', 'code,title\na,Baker\nb,"Smith, black"\n'],
    ['no header', 'a;Baker\nb;Smith, black'],
    ['columns in another order, and more of them', 'Title,level,Code\nBaker,1,a\n"Smith, black",2,b\n'],
  ])('reads a table with %s', (_, content) => {
    expect(read(content)).toEqual({
      list: { name: 'trades.csv', occupations: trades },
      problems: [],
      unlistedProblems: 0,
    });
  });

  it('collects all problems with row and column, and keeps the sound rows', () => {
    const { list, problems } = read(
      [
        'code,title',
        'a,Baker',
        'a,Miller',
        'c,',
        ',Miner',
        'd, Baker ',
        `e,${'x'.repeat(201)}`,
        '',
        'b,"Smith, black"',
      ].join('\n'),
    );
    expect(problems.map(({ row, column, file }) => [row, column, file])).toEqual([
      [3, 'code', 'trades.csv'],
      [4, 'title', 'trades.csv'],
      [5, 'code', 'trades.csv'],
      [6, 'title', 'trades.csv'],
      [7, 'title', 'trades.csv'],
    ]);
    expect(problems[0].message).toContain('row 2');
    expect(list?.occupations).toEqual(trades);
  });

  it.each(['', 'code,title\n', 'code,title\na,Baker\n', 'just one column\nof words\n'])(
    'makes no list of %j',
    (content) => {
      const { list, problems } = read(content);
      expect(list).toBeNull();
      expect(problems.length).toBeGreaterThan(0);
    },
  );

  it('stops at more occupations than a prediction can have', () => {
    const rows = Array.from({ length: 5100 }, (_, i) => `${i},Trade ${i}`);
    const { list, problems } = read(rows.join('\n'));
    expect(list?.occupations).toHaveLength(5000);
    expect(problems[0]).toMatchObject({ severity: 'error', row: 5001 });
  });
});
