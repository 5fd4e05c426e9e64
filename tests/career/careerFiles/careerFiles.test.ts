import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatCareerFiles,
  readCareerFiles,
  syntheticCareers,
  SyntheticMarket,
  type CareerHistory,
} from '../../../src/career/index.ts';
import { occ1990dd } from '../../../src/occupation/index.ts';

const { occupations } = occ1990dd;
const options = { presentYear: 2026, occupations };
const market = new SyntheticMarket(1, occupations);

const filesOf = (files: ReadonlyMap<string, string>) =>
  Array.from(files, ([name, content]) => ({ name: `data/${name}`, content }));

/** What the format has a place for. */
function written(people: readonly CareerHistory[], split: string): CareerHistory[] {
  return people.map(({ birthYear: _, ...person }, i) => ({
    ...person,
    personId: `${split}-${i + 1}`,
    population: 'NLSY97 dataset',
    observations: person.observations.map(({ year, education, occupationCode, title }) => ({
      ...{ year, education, occupationCode, title },
      ...(person.region && { region: person.region }),
    })),
  }));
}

describe('CAREER’s files', () => {
  it('give back what the format has a place for', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 8 }), fc.nat({ max: 8 }), (seed, trainPeople, testPeople) => {
        const train = syntheticCareers({ people: trainPeople, seed, market, occupations });
        const test = syntheticCareers({ people: testPeople, seed: seed + 1, market, occupations });
        const files = formatCareerFiles({ train, test });
        const { splits, problems } = readCareerFiles(filesOf(files), options);
        expect(problems).toEqual([]);
        expect(splits).toEqual({ train: written(train, 'train'), test: written(test, 'test') });
        expect(formatCareerFiles(splits)).toEqual(files);
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  it('come out byte for byte as they went in, with any entries', () => {
    const word = fc.stringMatching(/^[a-zA-Z0-9.-]{1,8}(_[a-z]{1,5})?$/);
    const person = fc
      .tuple(fc.uniqueArray(fc.integer({ min: 1950, max: 2020 }), { minLength: 1, maxLength: 6 }), word, word)
      .chain(([years, ethnicity, location]) =>
        fc.record({
          year: fc.constant(years.sort((a, b) => a - b).join(' ')),
          job: fc
            .array(word, { minLength: years.length, maxLength: years.length })
            .map((all) => all.join(' ')),
          ethnicity: fc.constantFrom(ethnicity, 'unknown', 'white'),
          location: fc.constant(location),
        }),
      );
    fc.assert(
      fc.property(fc.array(person, { minLength: 1, maxLength: 6 }), (people) => {
        const kinds = ['job', 'year', 'ethnicity', 'location'] as const;
        const files = kinds.map((kind) => ({
          name: `valid.${kind}`,
          content: people.map((one) => `${one[kind]}\n`).join(''),
        }));
        const { splits, problems } = readCareerFiles(files, { presentYear: 2026 });
        expect(problems).toEqual([]);
        const again = formatCareerFiles(splits);
        const expected = files.filter(
          ({ name, content }) => again.has(name) || !/^(unknown\n)+$/.test(content),
        );
        expect(again).toEqual(new Map(expected.map(({ name, content }) => [name, content])));
      }),
      { numRuns: 300, seed: 6 },
    );
  });

  it('read the published sample, words and degrees included', () => {
    const { splits, problems } = readCareerFiles(
      [
        { name: 'train.job', content: '31-2021 27-1012\r\n25-9044\r\n' },
        { name: 'train.year', content: '2001 2002\r\n2005\r\n' },
        { name: 'train.education', content: 'bachelors bachelors\r\nsome_school\r\n' },
        { name: 'train.ethnicity', content: 'black_or_african_american\r\nunknown\r\n' },
        { name: 'train.gender', content: 'female\r\nmale\r\n' },
        { name: 'train.location', content: 'MO CA\r\nAL\r\n' },
      ],
      { presentYear: 2026 },
    );
    expect(splits.train).toMatchObject([
      {
        ...{ personId: 'train-1', sex: 'female', raceEthnicity: 'black', region: 'MO' },
        observations: [
          { year: 2001, education: "bachelor's degree", occupationCode: '31-2021', region: 'MO' },
          { year: 2002, education: "bachelor's degree", occupationCode: '27-1012', region: 'CA' },
        ],
      },
      { personId: 'train-2', sex: 'male', observations: [{ education: 'some school' }] },
    ]);
    expect(splits.train?.[1]).not.toHaveProperty('raceEthnicity');
    expect(problems).toMatchObject([{ severity: 'warning', file: 'train.education', row: 2 }]);
  });

  it('keep a job outside the list as its title', () => {
    const files = [
      { name: 'test.job', content: '276 Chief_dreamer in_school\n' },
      { name: 'test.year', content: '2001 2002 2003\n' },
    ];
    const { splits } = readCareerFiles(files, options);
    expect(splits.test?.[0].observations).toMatchObject([
      { occupationCode: '276', title: 'Cashiers' },
      { occupationCode: null, title: 'Chief dreamer' },
      { occupationCode: 'in_school', title: 'In school' },
    ]);
    expect(formatCareerFiles(splits).get('test.job')).toBe(files[0].content);
  });
});

describe('CAREER’s files that do not fit together', () => {
  const job = { name: 'train.job', content: '276 276\n276\n' };
  const where = (files: { name: string; content: string }[]) => {
    const { splits, problems } = readCareerFiles(files, options);
    return { splits, told: problems.map(({ severity, file, row }) => [severity, file, row]) };
  };

  it('are refused where one is missing, or has more or fewer lines', () => {
    expect(where([job])).toEqual({ splits: {}, told: [['error', 'train.year', undefined]] });
    expect(where([{ name: 'valid.year', content: '2001\n' }]).told).toEqual([
      ['error', 'valid.job', undefined],
    ]);
    expect(where([job, { name: 'train.year', content: '2001 2002\n' }])).toEqual({
      splits: {},
      told: [['error', 'train.year', 2]],
    });
  });

  it('lose the people whose lines disagree, and the steps without a year', () => {
    const year = { name: 'train.year', content: '2001 2002\nsoon\n' };
    const gender = { name: 'train.gender', content: 'female male\nmale\n' };
    const { splits, told } = where([job, year, gender]);
    expect(told).toEqual([
      ['error', 'train.year', 2],
      ['error', 'train.gender', 1],
    ]);
    expect(splits).toEqual({ train: [] });
    expect(where([job, { ...year, content: '2001\n2002\n' }]).told).toEqual([['error', 'train.year', 1]]);
    expect(where([job, { ...year, content: '2001 2001\n2002\n' }]).told).toEqual([
      ['error', 'train.year', 1],
    ]);
  });

  it('say which file is none of the set', () => {
    const { told } = where([{ name: 'train.csv', content: 'a,b' }]);
    expect(told).toEqual([['warning', 'train.csv', undefined]]);
  });
});
