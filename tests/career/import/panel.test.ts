import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { importCareers, readPanel } from '../../../src/career/index.ts';
import { occ1990dd } from '../../../src/occupation/index.ts';
import { OccupationIndex } from '../../fixtures/occupationIndex.ts';

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
          },
          {
            year: 1998,
            education: 'less than high school',
            occupationCode: '276',
            title: 'Cashiers',
            region: 'south',
            hourlyWage: 5.25,
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
          },
        ],
      },
    ]);
  });

  it('stops at a broken row with its number', () => {
    const header = 'person_id,year,occupation_title\n1,2001,Cashiers\n';
    expect(() => readPanel(`${header}1,x,Cashiers\n`)).toThrow('Row 3, column year');
    expect(() => readPanel(`${header}1,2002,\n`)).toThrow('Row 3, column occupation_title');
    expect(() => readPanel(`${header},2002,Cashiers\n`)).toThrow('Row 3, column person_id');
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
    expect(result.careers).toEqual(careers);
  }, 60_000);
});
