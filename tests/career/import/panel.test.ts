import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { importCareers, readPanel, readPanelRows } from '../../../src/career/index.ts';
import { occ1990dd, OccupationIndex } from '../../../src/occupation/index.ts';

const csv = `person_id,sex,race_ethnicity,region,birth_year,year,education,occupation_code,occupation_title,hourly_wage
7,female,white,south,1983,1998,less than high school,276,Cashiers,5.25
7,female,white,west,1983,1997,less than high school,in_school,In school,
9,male,black,,,2001,,13,"Managers and specialists in marketing, advertising, and public relations",
`;

describe('readPanel', () => {
  it('reads the project’s own columns', () => {
    expect(readPanel(csv)).toEqual([
      {
        personId: '7',
        population: 'NLSY97 dataset',
        sex: 'female',
        raceEthnicity: 'white',
        region: 'west',
        birthYear: 1983,
        observations: [
          {
            year: 1997,
            education: 'less than high school',
            occupationCode: 'in_school',
            title: 'In school',
            region: 'west',
            extra: { hourly_wage: '' },
          },
          {
            year: 1998,
            education: 'less than high school',
            occupationCode: '276',
            title: 'Cashiers',
            region: 'south',
            extra: { hourly_wage: '5.25' },
          },
        ],
      },
      {
        personId: '9',
        population: 'NLSY97 dataset',
        sex: 'male',
        raceEthnicity: 'black',
        observations: [
          {
            year: 2001,
            education: null,
            occupationCode: '13',
            title: 'Managers and specialists in marketing, advertising, and public relations',
            extra: { hourly_wage: '' },
          },
        ],
      },
    ]);
  });

  it('stops at a broken row with its number', () => {
    const row = { person_id: '1', year: '2001', occupation_title: 'Cashiers' };
    expect(() => readPanelRows([row, { ...row, year: 'x' }])).toThrow('Row 3');
    expect(() => readPanelRows([{ ...row, occupation_title: '' }])).toThrow('occupation_title');
    expect(() => readPanel('person_id,year,occupation_title\n1,2001\n')).toThrow('Row 2');
  });
});

const validation = '../shared/data/nlsy97/validation.csv.gz';

describe.skipIf(!existsSync(validation))('NLSY97 validation people (needs ../shared/data)', () => {
  const text = existsSync(validation) ? gunzipSync(readFileSync(validation)).toString() : '';
  const careers = text === '' ? [] : readPanel(text);

  it('has the people and rows that its description states, all in the default list', () => {
    const index = new OccupationIndex(occ1990dd);
    const steps = careers.flatMap(({ observations }) => observations);
    expect([careers.length, steps.length]).toEqual([713, 12_736]);
    expect(steps.filter((step) => index.ofCode(step.occupationCode) !== index.ofTitle(step.title))).toEqual(
      [],
    );
  });

  it('reads the same through the import for any file, without a problem', () => {
    const result = importCareers(
      { content: text },
      { presentYear: 2026, occupations: occ1990dd.occupations },
    );
    expect(result.problems).toEqual([]);
    const withoutEmptyCells = careers.map((career) => ({
      ...career,
      observations: career.observations.map(({ extra = {}, ...step }) => ({
        ...step,
        extra: Object.fromEntries(Object.entries(extra).filter(([, cell]) => cell !== '')),
      })),
    }));
    expect(result.careers).toEqual(withoutEmptyCells);
  }, 60_000);
});
