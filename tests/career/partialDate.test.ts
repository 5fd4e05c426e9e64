import { describe, expect, it } from 'vitest';
import { parsePartialDate } from '../../src/career/index.ts';

describe('parsePartialDate', () => {
  it.each([
    ['2019', { year: 2019 }],
    [' 2019.0 ', { year: 2019 }],
    ['2019-03', { year: 2019, month: 3 }],
    ['2019/3', { year: 2019, month: 3 }],
    ['2019-03-15', { year: 2019, month: 3 }],
    ['2019-03-15T00:00:00.000Z', { year: 2019, month: 3 }],
    ['03/2019', { year: 2019, month: 3 }],
    ['15.03.2019', { year: 2019, month: 3 }],
    ['3/15/2019', { year: 2019, month: 3 }],
    ['4/4/2019', { year: 2019, month: 4 }],
    ['Mar 2019', { year: 2019, month: 3 }],
    ['March, 2019', { year: 2019, month: 3 }],
    ['Sept. 2019', { year: 2019, month: 9 }],
    ['15 march 2019', { year: 2019, month: 3 }],
    ['March 15, 2019', { year: 2019, month: 3 }],
    ['present', 'present'],
    ['  Now ', 'present'],
  ])('reads %s', (text, date) => {
    expect(parsePartialDate(text)).toEqual(date);
  });

  it('keeps only the year where day and month cannot be told apart', () => {
    expect(parsePartialDate('03/04/2019')).toEqual({ year: 2019 });
  });

  it.each([
    '',
    'soon',
    '19',
    '219',
    '20190',
    '2019-13',
    '13/2019',
    '2019-00',
    '32/13/2019',
    'Foo 2019',
    '1600',
    '3000',
    'ma 2019x',
    '-2019',
  ])('refuses %s', (text) => {
    expect(parsePartialDate(text)).toBeNull();
  });
});
