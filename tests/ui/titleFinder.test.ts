import { describe, expect, it } from 'vitest';
import type { CareerHistory, Observation } from '../../src/career/index.ts';
import { occ1990dd } from '../../src/occupation/index.ts';
import { TitleFinder } from '../../src/ui/editing/titleFinder.ts';

const observation = (year: number, title: string, occupationCode: string | null): Observation => ({
  year,
  title,
  occupationCode,
  education: null,
});

describe('codes of the list in use', () => {
  it('come from the titles, whatever list the career was typed with', () => {
    const titles = new TitleFinder({
      name: 'mine.csv',
      occupations: [
        { code: '276', title: 'Dragon tamers' },
        { code: 'b', title: 'Cashiers' },
      ],
    });
    const history: CareerHistory = {
      personId: '1',
      population: 'NLSY97 dataset',
      observations: [
        observation(2001, 'Cashiers', '276'),
        observation(2002, 'Cooks', 'b'),
        observation(2003, 'dragon tamers', null),
      ],
    };
    const codes = titles.withCodes(history).observations.map(({ occupationCode }) => occupationCode);
    expect(codes).toEqual(['b', null, '276']);
    expect(history.observations[0]?.occupationCode).toBe('276');
  });
});

describe('everyday words', () => {
  const titles = new TitleFinder(occ1990dd);
  const first = (text: string) => titles.suggest(text)[0]?.code;

  it.each([
    ['barista', '444'],
    ['registered nurse', '95'],
    ['truck driver', '804'],
    ['nanny', '468'],
    ['web developer', '229'],
    ['managers, other', '22'],
  ])('“%s” finds its occupation first', (text, code) => expect(first(text)).toBe(code));

  it('come after the same words in a title, and each occupation once', () => {
    expect(first('lawyers')).toBe('178');
    const codes = titles.suggest('cook').map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.length).toBeLessThanOrEqual(8);
  });
});
