import { describe, expect, it } from 'vitest';
import {
  parsePartialDate,
  startObservations,
  yearlyObservations,
  type Spell,
} from '../../src/career/index.ts';

function spell(start: string, end: string | null, title: string): Spell {
  const from = parsePartialDate(start);
  if (!from || from === 'present') throw new Error(`bad start ${start}`);
  return {
    start: from,
    end: end === null ? null : parsePartialDate(end),
    facts: { education: null, occupationCode: null, title },
  };
}

const years = (...spells: Spell[]): string[] =>
  yearlyObservations(spells, 2026).map(({ year, title }) => `${year} ${title}`);

describe('yearlyObservations', () => {
  it('gives one observation a year, both ends included, and leaves gaps open', () => {
    expect(years(spell('2003', '2004', 'A'), spell('2007', '2008', 'B'))).toEqual([
      '2003 A',
      '2004 A',
      '2007 B',
      '2008 B',
    ]);
  });

  it('shows the spell that covers most of a year, of equal ones the later', () => {
    expect(years(spell('2003-01', '2004-09', 'A'), spell('2004-10', '2005', 'B'))).toEqual([
      '2003 A',
      '2004 A',
      '2005 B',
    ]);
    expect(years(spell('2003', '2004-03', 'A'), spell('2004-04', '2004', 'B'))).toEqual(['2003 A', '2004 B']);
    expect(years(spell('2003', '2004', 'A'), spell('2004', '2005', 'B'))).toEqual([
      '2003 A',
      '2004 B',
      '2005 B',
    ]);
    expect(years(spell('2004', '2005', 'B'), spell('2003', '2004', 'A'))).toEqual([
      '2003 A',
      '2004 B',
      '2005 B',
    ]);
  });

  it('lets an open spell last until the next starts, the last one until today', () => {
    expect(years(spell('2003', null, 'A'), spell('2005', '2005', 'B'), spell('2024', null, 'C'))).toEqual([
      '2003 A',
      '2004 A',
      '2005 B',
      '2024 C',
      '2025 C',
      '2026 C',
    ]);
    expect(years(spell('2025', 'present', 'A'))).toEqual(['2025 A', '2026 A']);
  });

  it('gives nothing for a spell that starts after today', () => {
    expect(years(spell('2030', 'present', 'A'))).toEqual([]);
  });
});

describe('observations at the start of jobs', () => {
  const starts = (...spells: Spell[]): string[] =>
    startObservations(spells, 2026).map(({ year, title }) => `${year} ${title}`);

  it('are one a job, however long it lasts and whatever runs beside it', () => {
    expect(
      starts(spell('1990', 'present', 'A'), spell('1995', '2001', 'B'), spell('1998', '1999', 'C')),
    ).toEqual(['1990 A', '1995 B', '1998 C']);
    expect(starts(spell('1995', '2001', 'B'), spell('1990', '1992', 'A'))).toEqual(['1990 A', '1995 B']);
  });

  it('show of several that start in one year the one with most of its months, of equal ones the later', () => {
    expect(starts(spell('1990-02', null, 'A'), spell('1990-09', '1999', 'B'))).toEqual(['1990 A']);
    expect(starts(spell('1990-09', '1999', 'A'), spell('1990-02', '1990-05', 'B'))).toEqual(['1990 A']);
    expect(starts(spell('1990', '1992', 'A'), spell('1990', '1991', 'B'))).toEqual(['1990 B']);
  });

  it('leave out jobs that start after today', () => {
    expect(starts(spell('2001', '2002', 'A'), spell('2030', 'present', 'B'))).toEqual(['2001 A']);
  });
});
