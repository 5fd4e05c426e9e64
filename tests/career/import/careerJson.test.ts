import { describe, expect, it } from 'vitest';
import { formatCareerJson, importCareers, type CareerHistory } from '../../../src/career/index.ts';

const careers: CareerHistory[] = [
  {
    personId: '1',
    population: 'NLSY97 dataset',
    sex: 'female',
    raceEthnicity: 'white',
    region: 'south',
    birthYear: 1980,
    observations: [
      { year: 2001, education: 'GED', occupationCode: '276', title: ' "Cashiers"\n=1+1 ', region: 'south' },
      {
        year: 2002,
        education: null,
        occupationCode: null,
        title: 'Ünïcode 🙂',
        extra: JSON.parse('{"__proto__":"a","constructor":"b","x":""}') as Record<string, string>,
      },
    ],
  },
  { personId: '2', population: 'p', observations: [] },
];

const read = (content: string): ReturnType<typeof importCareers> =>
  importCareers({ name: 'careers.txt', content }, { presentYear: 2026 });

describe('our own JSON', () => {
  it('comes back exactly as it was', () => {
    const result = read(formatCareerJson(careers));
    expect(result.problems).toEqual([]);
    expect(result.format).toBe('json');
    expect(result.careers).toEqual(careers);
    expect(formatCareerJson(result.careers)).toBe(formatCareerJson(careers));
  });

  it('leaves out careers with errors, and tells all of them with their path', () => {
    const document = JSON.parse(formatCareerJson(careers)) as { careers: unknown[] };
    document.careers.push(
      {
        personId: 3,
        population: 'p',
        observations: [{ year: 'x', education: null, occupationCode: null, title: 't' }],
      },
      { personId: '4', population: 'p', observations: [], salary: 1 },
      {
        personId: '1',
        population: 'p',
        observations: [
          { year: 2002, education: null, occupationCode: null, title: 't' },
          { year: 2001, education: null, occupationCode: null, title: '', extra: { a: '1' } },
        ],
      },
      {
        personId: '5',
        population: 'p',
        observations: [{ year: 2001, education: null, occupationCode: null, title: 't', extra: { a: 1 } }],
      },
      null,
    );
    const result = read(JSON.stringify(document));
    expect(result.careers).toEqual(careers);
    expect(result.problems.map(({ severity, column }) => [severity, column])).toEqual([
      ['error', 'careers[2].personId'],
      ['error', 'careers[2].observations.0.year'],
      ['error', 'careers[3].salary'],
      ['error', 'careers[4].observations[1].year'],
      ['error', 'careers[4].observations[1].title'],
      ['error', 'careers[4].personId'],
      ['error', 'careers[5].observations.0.extra'],
      ['error', 'careers[6]'],
    ]);
  });

  it.each([
    ['{"format":"onward-careers","version":1,', 'no valid JSON'],
    ['{}', 'does not say'],
    ['[[1,2]]', 'does not say'],
    ['{"format":"onward-careers","version":2,"careers":[]}', 'version 2'],
    ['{"format":"onward-careers","version":1,"careers":{}}', 'no list'],
  ])('refuses %s', (content, message) => {
    const { careers: none, problems } = read(content);
    expect(none).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0].message).toContain(message);
  });
});
