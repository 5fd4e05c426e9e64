import { describe, expect, it } from 'vitest';
import { careerProblems, type CareerHistory, type Observation } from '../../src/career/index.ts';

const step = (year: number, title = 'Cashiers'): Observation => ({
  year,
  education: null,
  occupationCode: null,
  title,
});
const career = (birthYear: number, ...observations: Observation[]): CareerHistory => ({
  personId: '1',
  population: 'NLSY97 dataset',
  birthYear,
  observations,
});

describe('careerProblems', () => {
  it('finds nothing in a sound career', () => {
    expect(careerProblems(career(1980, step(2000), step(2001), step(2005)), 2026)).toEqual([]);
  });

  it('collects every problem with its row and field', () => {
    const broken = career(
      3000,
      step(2001),
      step(2001),
      step(1999, ' \n'),
      step(20),
      step(2030, 'x'.repeat(201)),
    );
    const found = careerProblems(broken, 2026).map(({ severity, row, column }) => [severity, row, column]);
    expect(found).toEqual([
      ['error', undefined, 'birthYear'],
      ['error', 1, 'year'],
      ['error', 2, 'year'],
      ['error', 2, 'year'],
      ['error', 3, 'year'],
      ['error', 3, 'year'],
      ['error', 3, 'title'],
      ['error', 4, 'year'],
      ['error', 4, 'year'],
      ['error', 5, 'year'],
      ['error', 5, 'title'],
    ]);
  });

  it('warns of the future and says what to do', () => {
    const [problem] = careerProblems(career(1980, step(2030)), 2026);
    expect(problem).toMatchObject({ severity: 'warning', row: 1, column: 'year' });
    expect(problem.message).toBe('2030 lies in the future.');
    expect(problem.advice).not.toBe('');
  });

  it('refuses a career longer than any life', () => {
    const found = careerProblems(career(1980, ...Array.from({ length: 1001 }, () => step(2000))), 2026);
    expect(found[0].message).toContain('1001 records');
  });
});
