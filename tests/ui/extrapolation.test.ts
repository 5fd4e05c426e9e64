import { describe, expect, it } from 'vitest';
import type { CareerHistory } from '../../src/career/index.ts';
import { extrapolations } from '../../src/ui/model/extrapolation.ts';

const populations = [{ name: 'NLSY97 dataset', people: 6423, firstYear: 1997, lastYear: 2021 }];
const history: CareerHistory = {
  personId: '1',
  population: 'NLSY97 dataset',
  birthYear: 1982,
  observations: [],
};

describe('extrapolation', () => {
  it('has nothing to say within the years and births of the survey', () => {
    expect(extrapolations(populations, history, { year: 2021, education: null })).toEqual([]);
  });

  it('names years after and before the survey', () => {
    expect(extrapolations(populations, history, { year: 2027, education: null }).join()).toContain('2021');
    expect(extrapolations(populations, history, { year: 1990, education: null }).join()).toContain('1997');
  });

  it('names births outside the cohort, unknown populations and free titles', () => {
    expect(
      extrapolations(populations, { ...history, birthYear: 1965 }, { year: 2010, education: null }),
    ).toHaveLength(1);
    expect(
      extrapolations(populations, { ...history, population: 'mine' }, { year: 2010, education: null }),
    ).toHaveLength(1);
    const observations = [{ year: 2005, education: null, occupationCode: null, title: 'Barista' }];
    expect(
      extrapolations(populations, { ...history, observations }, { year: 2010, education: null }),
    ).toHaveLength(1);
  });
});
