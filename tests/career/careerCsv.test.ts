import { describe, expect, it } from 'vitest';
import { formatCareerCsv, importCareers, type CareerHistory } from '../../src/career/index.ts';

const careers: CareerHistory[] = [
  {
    personId: '=cmd|calc',
    population: 'NLSY97 dataset',
    sex: 'female',
    region: 'south',
    birthYear: 1980,
    observations: [
      {
        year: 2001,
        education: "bachelor's degree",
        occupationCode: '276',
        title: 'Managers, "marketing"; and @home',
        region: 'south',
        extra: { pay: '-7.50', note: '-a', year: '2nd', quote: "'=x", formula: '=1+1' },
      },
      { year: 2003, education: null, occupationCode: null, title: '@home worker', region: 'west' },
    ],
  },
  {
    personId: '2',
    population: 'other people',
    observations: [{ year: 2002, education: null, occupationCode: '4', title: '+1 helper' }],
  },
];

describe('CSV export', () => {
  const csv = formatCareerCsv(careers);

  it('is a panel with a header, quoted where needed', () => {
    const [header, first] = csv.split('\r\n');
    expect(header).toBe(
      'person_id,population,sex,race_ethnicity,birth_year,year,education,occupation_code,occupation_title,region,pay,note,year (extra),quote,formula',
    );
    expect(first).toContain('"Managers, ""marketing""; and @home"');
  });

  it('leaves no cell that a spreadsheet would run, but leaves numbers alone', () => {
    const cells = csv.split(/[,\r\n]+/).filter((cell) => /^[=+\-@]/.test(cell));
    expect(cells).toEqual(['-7.50']);
    expect(csv).toContain("'=cmd|calc");
  });

  it('comes back as it was, but for the name of a clashing column', () => {
    const result = importCareers({ content: csv }, { presentYear: 2026 });
    expect(result.problems).toEqual([]);
    const [first, second] = careers;
    const { year, ...extra } = first.observations[0].extra ?? {};
    expect(result.careers).toEqual([
      {
        ...first,
        observations: [
          { ...first.observations[0], extra: { ...extra, 'year (extra)': year } },
          first.observations[1],
        ],
      },
      second,
    ]);
  });
});
