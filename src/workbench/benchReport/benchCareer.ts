import type { CareerHistory } from '../../career/index.ts';
import { type NextStep, occ1990dd } from '../../occupation/index.ts';

const education = 'high school diploma or GED';

/** Invented: five years in three occupations. */
export const benchCareer: CareerHistory = {
  personId: 'bench',
  population: 'NLSY97 dataset',
  sex: 'female',
  birthYear: 1982,
  observations: [5, 5, 42, 42, 116].map((place, year) => {
    const { code, title } = occ1990dd.occupations[place];
    return { year: 2003 + year, education, occupationCode: code, title };
  }),
};

/** The question about it; another `year` changes its last line only. */
export function benchStep(year = 2008): NextStep {
  return { year, education };
}
