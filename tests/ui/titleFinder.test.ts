import { describe, expect, it } from 'vitest';
import type { CareerHistory, Observation } from '../../src/career/index.ts';
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
