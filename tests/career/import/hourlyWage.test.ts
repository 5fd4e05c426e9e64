import { describe, expect, it } from 'vitest';
import { formatCareerCsv, formatCareerJson, importCareers, readPanel } from '../../../src/career/index.ts';

const read = (csv: string) => importCareers({ content: csv }, { presentYear: 2024 });
const table = (...wages: string[]) =>
  [
    'person_id,year,occupation_title,hourly_wage',
    ...wages.map((wage, i) => `7,${2001 + i},Cashiers,${wage}`),
  ].join('\n');

describe('pay of an hour', () => {
  it('is read with a currency sign and with commas, and is unknown where the cell is empty', () => {
    const { careers, problems } = read(table('5.25', '$14', '"1,333.5"', '', '0'));
    expect(problems).toEqual([]);
    expect(careers[0].observations.map(({ hourlyWage }) => hourlyWage)).toEqual([
      5.25,
      14,
      1333.5,
      undefined,
      0,
    ]);
  });

  it('that cannot be is left out with a message that names row and column; the row stays', () => {
    const { careers, problems } = read(table('-3', '100001', 'much'));
    expect(careers[0].observations.map((step) => 'hourlyWage' in step)).toEqual([false, false, false]);
    expect(problems.map(({ severity, row, column }) => [severity, row, column])).toEqual([
      ['warning', 2, 'hourly_wage'],
      ['warning', 3, 'hourly_wage'],
      ['warning', 4, 'hourly_wage'],
    ]);
    expect(problems[0].advice).toMatch(/dollars an hour/);
  });

  it('comes back from CSV and from JSON', () => {
    const careers = readPanel(table('5.25', '', '12'));
    const [fromCsv, fromJson] = [formatCareerCsv(careers), formatCareerJson(careers)].map(
      (content) => importCareers({ content }, { presentYear: 2024 }).careers[0].observations,
    );
    expect(fromCsv.map(({ hourlyWage }) => hourlyWage)).toEqual([5.25, undefined, 12]);
    expect(fromJson).toEqual(careers[0].observations);
  });
});
