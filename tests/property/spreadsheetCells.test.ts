import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { formatCareerCsv, formatDelimited, importCareers } from '../../src/career/index.ts';
import { unescapeFormula } from '../../src/career/import/delimitedTable.ts';
import { occ1990dd } from '../../src/occupation/index.ts';

const seed = 20_240_601;
const formulaCell = fc
  .tuple(
    fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠', "'=", "''@"),
    fc.string({ unit: 'binary', maxLength: 10 }),
  )
  .map(([first, rest]) => first + rest);
const cellsOf = (csv: string) =>
  Papa.parse<string[]>(csv.trimEnd(), { newline: '\r\n', delimiter: ',' }).data;

describe('cells of the files that the app writes', () => {
  it('never begin as a formula does, and our own import gives back exactly what they were', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(formulaCell, fc.string()), { minLength: 2, maxLength: 6 }), (row) => {
        const [cells] = cellsOf(formatDelimited([row, ['end', 'end']]));
        for (const [i, cell] of cells.entries()) {
          if (!Number.isFinite(Number(row[i].replace(',', '.'))))
            expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
          expect(unescapeFormula(cell)).toBe(row[i]);
        }
      }),
      { seed, numRuns: 500 },
    );
  });

  it('stay numbers where they are numbers, whatever their sign and size', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const [[cell]] = cellsOf(formatDelimited([[String(value), 'x']]));
        // Text knows no negative zero.
        expect(Number(cell)).toBe(value + 0);
      }),
      { seed, numRuns: 500 },
    );
  });

  it('of a career come back as they were, titles and extra columns that look like formulas included', () => {
    const title = '=HYPERLINK("http://elsewhere","click")';
    const extra = { '=cmd': '@SUM(1)', __proto__x: '+1+1' };
    const career = {
      personId: '-1+1',
      population: 'x',
      observations: [{ year: 2001, education: null, occupationCode: null, title, extra }],
    };
    const csv = formatCareerCsv([career]);
    expect(csv).not.toMatch(/(^|,|\n)"?[=+@]/);
    const { careers } = importCareers(
      { name: 'x.csv', content: csv },
      { presentYear: 2026, occupations: occ1990dd.occupations },
    );
    expect(careers[0].observations[0].title).toBe(title);
    expect(careers[0].personId).toBe('-1+1');
  });
});

describe('a cell of 100 MB', () => {
  it('is refused with a message, in bounded time', () => {
    const content = `person_id,year,title\n1,2001,${'x'.repeat(100e6)}\n`;
    const started = performance.now();
    const { careers, problems } = importCareers(
      { name: 'x.csv', content },
      { presentYear: 2026, occupations: occ1990dd.occupations },
    );
    expect(
      careers.flatMap(({ observations }) => observations).every(({ title }) => title.length <= 5_000),
    ).toBe(true);
    expect(problems.length).toBeGreaterThan(0);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
