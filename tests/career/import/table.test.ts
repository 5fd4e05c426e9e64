import { describe, expect, it } from 'vitest';
import { importCareers, type ImportOptions, type ImportResult } from '../../../src/career/index.ts';
import { occ1990dd } from '../../../src/occupation/index.ts';

const read = (content: string, options: Partial<ImportOptions> = {}): ImportResult =>
  importCareers(
    { name: 'my.csv', content },
    { presentYear: 2026, occupations: occ1990dd.occupations, ...options },
  );

const steps = (result: ImportResult): string[] =>
  result.careers.flatMap(({ observations }) =>
    observations.map(({ year, title, occupationCode }) => `${year} ${title} ${occupationCode}`),
  );

describe('one person’s table', () => {
  const yearly = ['2001 Cashiers 276', '2003 Not working not_working'];

  it.each([
    ['comma, header', 'year,title\n2001,Cashiers\n2003,Not working\n'],
    ['no header', '2001,Cashiers\n2003,Not working'],
    ['semicolon', 'Year;Job title\r\n2001;Cashiers\r\n2003;Not working\r\n'],
    ['tab, old Mac lines', '2001\tCashiers\r2003\tNot working\r'],
    ['a spreadsheet’s hint', 'sep=;\r\n2001;Cashiers\r\n2003;Not working'],
    ['byte order mark, blank lines', '\uFEFF\n\nyear,title\n\n2001,Cashiers\n,\n2003,Not working\n\n'],
    ['any order, other spelling', 'Occupation,Survey year\n CASHIERS ,2001\nnot-working,2003'],
    ['out of order', '2003,Not working\n2001,Cashiers'],
    ['unknown names', 'quand,quoi\n2001,Cashiers\n2003,Not working'],
  ])('reads %s', (_, content) => {
    const result = read(content);
    expect(result.problems).toEqual([]);
    expect(result.format).toBe('table');
    expect(steps(result)).toEqual(yearly);
    expect(result.careers[0]).toMatchObject({ personId: 'me', population: 'NLSY97 dataset' });
  });

  it.each([
    ['header', 'start,end,title,education\n2001-03,2002,Cashiers,GED\n2003,2003-08,Not working,GED\n'],
    ['no header', '2001-03,2002,Cashiers,GED\n2003,Aug 2003,Not working,high school'],
    ['named from and to', 'job,from,to,degree\nCashiers,Mar 2001,2002,GED\nNot working,2003,8/2003,GED'],
  ])('reads jobs from a start to an end: %s', (_, content) => {
    const result = read(content);
    expect(result.problems).toEqual([]);
    expect(steps(result)).toEqual(['2001 Cashiers 276', '2002 Cashiers 276', '2003 Not working not_working']);
    expect(result.careers[0].observations[0].education).toBe('high school diploma or GED');
  });

  it('keeps a title outside the list as typed, and extra columns', () => {
    const result = read('year,title,pay,\n2001,  Chief   dreamer,10,yes\n');
    expect(result.careers[0].observations).toEqual([
      {
        year: 2001,
        education: null,
        occupationCode: null,
        title: 'Chief dreamer',
        extra: { pay: '10', 'column 4': 'yes' },
      },
    ]);
  });

  it('shows the mapping it assumed, and follows another', () => {
    const content = 'year,title,rank\n2001,Cashiers,Boss\n';
    expect(read(content).table).toMatchObject({
      header: ['year', 'title', 'rank'],
      mapping: { year: 0, title: 1 },
    });
    const remapped = read(content, { mapping: { year: 0, title: 2 } });
    expect(remapped.careers[0].observations[0]).toMatchObject({
      title: 'Boss',
      extra: { title: 'Cashiers' },
    });
  });
});

describe('a panel of many people', () => {
  const panel = [
    'caseid,gender,race,yob,svyyear,date,job,occ1990dd,educ,region,wage',
    'a,F,White,1981,x,2001,,276,GED,Midwest,7.5',
    'b,m,hispanic,1982,x,2001,Cashiers,,,west,',
    'a,F,White,1981,x,2003,,not_working,GED,South,',
  ].join('\n');

  it('guesses columns by many names; region is the first observation’s; people keep their order', () => {
    const { careers, problems, format, table } = read(panel);
    expect(problems).toEqual([]);
    expect(format).toBe('panel');
    expect(table?.mapping).toEqual({
      personId: 0,
      sex: 1,
      raceEthnicity: 2,
      birthYear: 3,
      year: 5,
      title: 6,
      code: 7,
      education: 8,
      region: 9,
    });
    expect(careers.map(({ personId }) => personId)).toEqual(['a', 'b']);
    expect(careers[0]).toEqual({
      personId: 'a',
      population: 'NLSY97 dataset',
      sex: 'female',
      raceEthnicity: 'white',
      region: 'northcentral',
      birthYear: 1981,
      observations: [
        {
          year: 2001,
          education: 'high school diploma or GED',
          occupationCode: '276',
          title: 'Cashiers',
          region: 'northcentral',
          extra: { svyyear: 'x', wage: '7.5' },
        },
        {
          year: 2003,
          education: 'high school diploma or GED',
          occupationCode: 'not_working',
          title: 'Not working',
          region: 'south',
          extra: { svyyear: 'x' },
        },
      ],
    });
  });

  it('lets the title count where code and title disagree, and says so once', () => {
    const result = read('id,year,title,code\n1,2001,Cashiers,4\n1,2002,Cashiers,4\n1,2003,Juggler,4\n');
    expect(steps(result)).toEqual(['2001 Cashiers 276', '2002 Cashiers 276', '2003 Juggler null']);
    expect(result.problems.map(({ severity, row, column }) => [severity, row, column])).toEqual([
      ['warning', 2, 'code'],
      ['warning', 4, 'code'],
    ]);
  });

  it('keeps codes and titles as they are without a list', () => {
    const result = read('id,year,title,code\n1,2001,Juggler,4\n1,2002,,5\n', { occupations: undefined });
    expect(steps(result)).toEqual(['2001 Juggler 4', '2002 5 5']);
  });
});

describe('problems', () => {
  it('are all collected in the order of the file, with row and column; sound rows survive', () => {
    const result = read(
      [
        'person,born,year,title',
        '1,1980,2001,Cashiers',
        '1,1980,later,Cashiers',
        '1,1980,,',
        ',1980,2002,Cashiers',
        '1,1981,2003,Cashiers, retail',
        '1,1981,2003,Not working',
        '1,1981,2003,Cashiers',
        '1,soon,1975,Cashiers',
        `2,1980,2001,${'x'.repeat(300)}`,
      ].join('\n'),
    );
    const where = result.problems.map(({ severity, row, column, file }) => [severity, row, column, file]);
    expect(where).toEqual([
      ['error', 3, 'year', 'my.csv'],
      ['error', 4, 'year', 'my.csv'],
      ['error', 4, 'title', 'my.csv'],
      ['error', 5, 'person', 'my.csv'],
      ['error', 6, undefined, 'my.csv'],
      ['warning', 7, 'born', 'my.csv'],
      ['error', 8, 'year', 'my.csv'],
      ['warning', 9, 'born', 'my.csv'],
      ['error', 9, 'year', 'my.csv'],
      ['error', 10, 'title', 'my.csv'],
    ]);
    expect(steps(result)).toEqual(['2001 Cashiers 276', '2003 Not working not_working']);
    for (const { message, advice } of result.problems) expect([message, advice]).not.toContain('');
  });

  it('name wrong dates of jobs', () => {
    const result = read('start,end,title\n2005,2003,A\nsoon,2004,B\n2004,never,C\n2001,2001,D\n');
    expect(result.problems.map(({ row, column }) => [row, column])).toEqual([
      [2, 'end'],
      [3, 'start'],
      [4, 'end'],
    ]);
    expect(steps(result)).toEqual(['2001 D null']);
  });

  it('tell an unknown education once, and pass it on as written', () => {
    const result = read('year,title,education\n2001,Cashiers,Hogwarts\n2002,Cashiers,Hogwarts\n');
    expect(result.problems.map(({ severity, row, column }) => [severity, row, column])).toEqual([
      ['warning', 2, 'education'],
    ]);
    expect(result.careers[0].observations[1].education).toBe('Hogwarts');
  });

  it('say what is missing where no career can be read', () => {
    expect(read('a,b\nx,y\n').problems.map(({ message }) => message)).toEqual([
      'No column holds the year or the start of a job.',
    ]);
    expect(read('year\n2001\n').problems[0].message).toBe('No column holds the job title.');
    expect(read('').problems[0].message).toBe('The file is empty.');
    expect(read(' \n,,\n').problems[0].message).toBe('The file is empty.');
  });

  it('are listed up to 500 and counted beyond', () => {
    const result = read(`id,year,title\n${'1,never,Cashiers\n'.repeat(600)}`);
    expect(result.problems).toHaveLength(500);
    expect(result.unlistedProblems).toBe(100);
  });

  it('stop at more rows than a person can have, and at more columns than a table can have', () => {
    const rows = read(`year,title\n${'2001,Cashiers\n'.repeat(1200)}`);
    expect(rows.problems.at(-1)).toMatchObject({
      row: 1002,
      message: expect.stringContaining('1000 rows') as string,
    });
    expect(rows.careers[0].observations).toHaveLength(1);
    expect(read(`year,title${',x'.repeat(600)}`).problems[0].message).toContain('602 columns');
  });
});

describe('hostile names', () => {
  it('are names like any other', () => {
    const content = '__proto__,constructor,year,title,toString,toString\np,c,2001,Cashiers,t,u\n';
    const { careers, problems } = read(content);
    expect(problems).toEqual([]);
    const { extra = {} } = careers[0].observations[0];
    expect(Object.entries(extra)).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
      ['toString', 't'],
      ['toString (2)', 'u'],
    ]);
    expect(Object.getPrototypeOf(extra)).toBe(Object.prototype);
  });
});
