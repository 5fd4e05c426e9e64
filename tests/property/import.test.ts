import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  careerProblems,
  formatCareerCsv,
  formatCareerJson,
  importCareers,
  textify,
  type ColumnMapping,
  type ImportResult,
} from '../../src/career/index.ts';
import { occ1990dd, readOccupationList } from '../../src/occupation/index.ts';

const seed = 20_240_601;
const options = { presentYear: 2026, occupations: occ1990dd.occupations };

const cell = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('2001', '2003-05', 'Mar 1999', 'present', '', 'Cashiers', 'GED', '276', 'F'),
  },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '"',
      '""',
      '"a',
      'a"b',
      '=1+1',
      '<END OF DATA>',
      '\u2028',
      '\ud800',
      '\0',
      '\uFEFF',
      '-',
      '1e9',
      '٢٠٠١',
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(3, 150, 5500).map((length) => 'x '.repeat(length)) },
);
const headerCell = fc.oneof(
  fc.constantFrom(
    'year',
    'title',
    'person_id',
    'start',
    'end',
    'code',
    'birth_year',
    'sex',
    'region',
    'education',
  ),
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '', 'year', '"'),
  cell,
);
const careerStart = fc.tuple(
  fc.constantFrom('1999', '2001', '2002-07', 'Mar 2003', 'soon', ''),
  fc.constantFrom('Cashiers', 'Not working', '=1+1', '<END OF DATA>', 'a\u2028b', '"quoted"', ''),
);
/** Any cells at all, or a table of years and titles with any cells beside them. */
const table = fc
  .record({
    isCareer: fc.boolean(),
    header: fc.array(headerCell, { maxLength: 6 }),
    rows: fc.array(fc.tuple(careerStart, fc.array(cell, { maxLength: 7 })), { maxLength: 8 }),
    separator: fc.constantFrom(',', ';', '\t', '|'),
    lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  })
  .map(({ isCareer, header, rows, separator, lineEnd }) =>
    [
      isCareer ? ['year', 'title', ...header] : header,
      ...rows.map(([start, cells]) => (isCareer ? [...start, ...cells] : cells)),
    ]
      .map((cells) => cells.join(separator))
      .join(lineEnd),
  );

const json = fc
  .tuple(
    fc.json({ maxDepth: 4 }),
    fc.constantFrom('"format":"onward-careers","version":1', '"format":"onward-careers"', '"__proto__":{}'),
    fc.nat({ max: 400 }),
  )
  .map(([value, head, cut]) => {
    const document = `{${head},"careers":[${value},{"personId":"1","population":"p","observations":[${value}]}]}`;
    return cut < document.length && cut % 2 ? document.slice(0, cut) : document;
  });

const malformed: fc.Arbitrary<Uint8Array | string> = fc.oneof(
  { weight: 5, arbitrary: table },
  { weight: 2, arbitrary: json },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 400 }) },
  {
    weight: 1,
    arbitrary: table.map((text) => new Uint8Array(new Uint16Array([0xfeff, ...encode(text)]).buffer)),
  },
);

function encode(text: string): number[] {
  return Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}

/** The columns of our own CSV, which an extra column's name must not draw elsewhere. */
const exportedColumns: ColumnMapping = {
  personId: 0,
  population: 1,
  sex: 2,
  raceEthnicity: 3,
  birthYear: 4,
  year: 5,
  education: 6,
  code: 7,
  title: 8,
  region: 9,
};

/** What must hold of every import, whatever the file was. */
function expectSound({ careers, problems, unlistedProblems }: ImportResult): void {
  expect(careers.length + problems.length).toBeGreaterThan(0);
  expect(unlistedProblems).toBeGreaterThanOrEqual(0);
  for (const { severity, message, advice, file } of problems) {
    expect(['error', 'warning']).toContain(severity);
    expect(message.length).toBeGreaterThan(5);
    expect(message.length).toBeLessThan(500);
    expect(advice.length).toBeGreaterThan(5);
    expect(file).toBe('f');
  }
  for (const career of careers) {
    expect(careerProblems(career, 2026).filter(({ severity }) => severity === 'error')).toEqual([]);
    const { pieces, titlePieces } = textify(career);
    for (const i of titlePieces) {
      expect(pieces[i].verbatim).toBe(true);
      expect(pieces[i].text).not.toMatch(/[\n\r\u0085\u2028\u2029\0]/);
      expect(pieces[i + 1]).toEqual({ text: '\n', verbatim: false });
    }
  }
}

describe('10,000 malformed files', () => {
  it('give problems or sound careers, never a crash', () => {
    const outcomes = { careers: 0, problems: 0 };
    fc.assert(
      fc.property(malformed, (content) => {
        const result = importCareers({ name: 'f', content }, options);
        outcomes.careers += result.careers.length > 0 ? 1 : 0;
        outcomes.problems += result.problems.length > 0 ? 1 : 0;
        expectSound(result);
      }),
      { numRuns: 10_000, seed },
    );
    // The files are neither all broken nor all fine, so both paths were walked.
    expect(outcomes.careers).toBeGreaterThan(500);
    expect(outcomes.problems).toBeGreaterThan(5000);
    expect(Object.keys(Object.prototype)).toEqual([]);
  }, 300_000);

  it('give problems or sound occupation lists, never a crash', () => {
    fc.assert(
      fc.property(malformed, (content) => {
        const { list, problems } = readOccupationList({ name: 'f', content });
        if (!list) expect(problems.length).toBeGreaterThan(0);
        const { occupations = [] } = list ?? {};
        expect(new Set(occupations.map(({ code }) => code)).size).toBe(occupations.length);
        expect(new Set(occupations.map(({ title }) => title)).size).toBe(occupations.length);
      }),
      { numRuns: 2000, seed },
    );
  }, 120_000);
});

describe('what an import understood', () => {
  it('comes back the same from JSON and from CSV', () => {
    fc.assert(
      fc.property(table, (content) => {
        const { careers } = importCareers({ content }, options);
        if (careers.length === 0) return;
        const fromJson = importCareers({ content: formatCareerJson(careers) }, options);
        expect(fromJson.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
        expect(fromJson.careers).toEqual(careers);
        const fromCsv = importCareers(
          { content: formatCareerCsv(careers) },
          { presentYear: 2026, hasHeader: true, mapping: exportedColumns },
        );
        expect(fromCsv.careers).toEqual(careers);
      }),
      { numRuns: 1000, seed },
    );
  }, 120_000);
});
