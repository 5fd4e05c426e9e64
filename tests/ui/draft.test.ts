import { describe, expect, it } from 'vitest';
import { readDraft, type Draft, type DraftRow } from '../../src/ui/editing/draft.ts';
import { draftOf } from '../../src/ui/editing/draftRows.ts';
import type { CareerHistory } from '../../src/career/index.ts';

const thisYear = 2026;

function row(id: number, from: string, to: string, title: string, code: string | null = null): DraftRow {
  return { id, from, to, title, code, education: '', pay: '' };
}

function draft(rows: DraftRow[], change: Partial<Draft> = {}): Draft {
  const facts = { sex: '', raceEthnicity: '', region: '', birthYear: '' };
  return {
    personId: '1',
    population: 'NLSY97 dataset',
    rows,
    facts,
    next: { year: '', education: '' },
    ...change,
  };
}

describe('reading a draft', () => {
  it('writes one observation a year, sorted, and asks about the year after the last', () => {
    const read = readDraft(
      draft([row(2, '2005', '', 'Cooks'), row(1, '2001', '2003', ' Cashiers ', '276')]),
      thisYear,
    );
    expect(read.history.observations.map(({ year, title }) => `${year} ${title}`)).toEqual([
      '2001 Cashiers',
      '2002 Cashiers',
      '2003 Cashiers',
      '2005 Cooks',
    ]);
    expect(read.history.observations[0]?.occupationCode).toBe('276');
    expect(read.next).toEqual({ year: 2006, education: null });
    expect(read.problems).toEqual([]);
  });

  it('asks about this year where there is no row, and ignores rows without a word', () => {
    const read = readDraft(draft([row(1, '', ' ', '')]), thisYear);
    expect(read.history.observations).toEqual([]);
    expect(read.next.year).toBe(thisYear);
    expect(read.problems).toEqual([]);
  });

  it('reads months and “present”', () => {
    const read = readDraft(draft([row(1, 'Mar 2024', 'present', 'Cooks')]), thisYear);
    expect(read.history.observations.map(({ year }) => year)).toEqual([2024, 2025, 2026]);
  });

  it('takes education and year of the next step from the last row unless they are given', () => {
    const rows = [{ ...row(1, '2001', '', 'Cooks'), education: "bachelor's degree" }];
    expect(readDraft(draft(rows), thisYear).next.education).toBe("bachelor's degree");
    const given = draft(rows, { next: { year: '2010', education: "master's degree" } });
    expect(readDraft(given, thisYear).next).toEqual({ year: 2010, education: "master's degree" });
  });

  it('collects every problem at once, each with its row and field', () => {
    const { problems, history } = readDraft(
      draft([row(1, '20x1', '', 'Cooks'), row(2, '2005', '2003', ''), row(3, '2010', 'soon', 'Cooks')], {
        next: { year: 'later', education: '' },
        facts: { sex: '', raceEthnicity: '', region: '', birthYear: '19' },
      }),
      thisYear,
    );
    const where = problems
      .filter(({ isBlocking }) => isBlocking)
      .map(({ rowId, field }) => `${rowId ?? '-'} ${field}`);
    expect(where.sort()).toEqual(['- birthYear', '- nextYear', '1 from', '2 to', '3 to']);
    expect(history.observations).toEqual([]);
  });

  it('leaves a row out, without blocking, until it has a title', () => {
    const read = readDraft(draft([row(1, '2001', '', 'Cooks'), row(2, '2002', '', ' ')]), thisYear);
    expect(read.history.observations).toHaveLength(1);
    expect(read.problems).toMatchObject([{ rowId: 2, field: 'title', isBlocking: false }]);
  });

  it('counts pay as typed, and leaves it out, without blocking, where it is none', () => {
    const paid = [
      { ...row(1, '2001', '', 'Cooks'), pay: ' $7.25 ' },
      { ...row(2, '2002', '', 'Cooks'), pay: 'plenty' },
    ];
    const { history, problems } = readDraft(draft(paid), thisYear);
    expect(history.observations.map(({ hourlyWage }) => hourlyWage)).toEqual([7.25, undefined]);
    expect(problems).toMatchObject([{ rowId: 2, field: 'pay', isBlocking: false }]);
  });

  it('refuses a next step that is no later than the career, and a birth after its start', () => {
    const { problems } = readDraft(
      draft([row(1, '2001', '2004', 'Cooks')], {
        next: { year: '2004', education: '' },
        facts: { sex: '', raceEthnicity: '', region: '', birthYear: '2001' },
      }),
      thisYear,
    );
    expect(problems.map(({ field, isBlocking }) => [field, isBlocking])).toEqual([
      ['nextYear', true],
      ['birthYear', true],
    ]);
  });

  it('says which of two rows has a shared year, without blocking', () => {
    const read = readDraft(
      draft([row(1, '2001', '2003', 'Cooks'), row(2, '2003', '2004', 'Cashiers')]),
      thisYear,
    );
    expect(read.problems).toHaveLength(1);
    expect(read.problems[0]).toMatchObject({ rowId: 2, field: 'from', isBlocking: false });
    expect(read.history.observations.find(({ year }) => year === 2003)?.title).toBe('Cashiers');
  });
});

describe('a career as rows', () => {
  const step = (year: number, title: string, change: object = {}) => ({
    year,
    title,
    education: 'less than high school',
    occupationCode: null,
    ...change,
  });

  it('joins years that follow each other, and nothing over a gap or a change', () => {
    const history: CareerHistory = {
      personId: 'p',
      population: 'NLSY97 dataset',
      birthYear: 1982,
      observations: [
        step(2001, 'Cooks'),
        step(2002, 'Cooks'),
        step(2004, 'Cooks'),
        step(2005, 'Cooks', { education: null }),
        step(2006, 'Cooks', { education: null, region: 'west' }),
        step(2007, 'Cooks', { extra: { wage: '7' } }),
        step(2008, 'Cooks', { extra: { wage: '7' } }),
        step(2009, 'Cooks', { hourlyWage: 7 }),
        step(2010, 'Cooks', { hourlyWage: 7 }),
        step(2011, 'Cooks', { hourlyWage: 7.5 }),
      ],
    };
    const rows = draftOf(history, null);
    expect(rows.rows.map(({ from, to }) => `${from}-${to}`)).toEqual([
      '2001-2002',
      '2004-',
      '2005-',
      '2006-',
      '2007-',
      '2008-',
      '2009-2010',
      '2011-',
    ]);
    expect(readDraft(rows, thisYear).history).toEqual(history);
  });
});
