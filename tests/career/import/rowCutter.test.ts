import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guessDialect, RowCutter } from '../../../src/career/import/rowCutter.ts';
import { ProblemList } from '../../../src/career/index.ts';

/** All rows of a text that comes in these pieces, and the rows in which a problem was told. */
function cutPieces(pieces: readonly string[], beginning = pieces.join('')) {
  const problems = new ProblemList();
  const cutter = new RowCutter(guessDialect(beginning), problems);
  const rows = [...pieces.flatMap((piece) => cutter.cut(piece)), ...cutter.cut('', true)];
  return { rows, problems: problems.listed.map(({ row }) => row) };
}

const letters = (text: string) => Array.from({ length: text.length }, (_, i) => text.charAt(i));

const cell = fc.oneof(
  fc.constantFrom('', 'a', '2001', '"b"', '"c,d"', '"e""f"', '"g\nh"', '"i', 'j"k', '"l" m', '"n" '),
  fc.string({ unit: 'binary', maxLength: 4 }),
);

describe('rows of text in pieces', () => {
  it('are the same however the pieces fall', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 2, maxLength: 6 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.nat({ max: 80 }), { maxLength: 8 }),
        (cells, newline, cuts) => {
          const text = cells.map((row) => row.join(',')).join(newline) + newline;
          const edges = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
          const pieces = edges.slice(1).map((edge, i) => text.slice(edges[i], edge));
          const problems = new ProblemList();
          const whole = new RowCutter(guessDialect(text), problems).cut(text, true);
          const { rows: inPieces, problems: told } = cutPieces(pieces);
          expect(told).toEqual(problems.listed.map(({ row }) => row));
          // The whole text ends in an empty row; in pieces there is nothing left to cut.
          if (whole.length > inPieces.length) expect(whole.pop()).toEqual(['']);
          expect(inPieces).toEqual(whole);
        },
      ),
      { numRuns: 3000, seed: 11 },
    );
  });

  it('tell a misplaced quotation mark once, where its row is', () => {
    expect(cutPieces(letters('a,b\n1,2\n3,"x" y"\n5,6\n')).problems).toEqual([3]);
    expect(cutPieces(letters('a,b\n1,2\n3,4\n5,"6\n')).problems).toEqual([4]);
  });

  it('leave out a spreadsheet’s hint, but count its row', () => {
    const { rows } = cutPieces(['sep', '=;\n', 'a;b\n1;2']);
    expect(rows).toEqual([[''], ['a', 'b'], ['1', '2']]);
  });

  it('go on after a quotation mark that is never closed', () => {
    const lines = Array.from({ length: 300_000 }, (_, i) => `${i},work\n`);
    lines[1000] = '1000,"work\n';
    const pieces = Array.from({ length: 300 }, (_, i) => lines.slice(1000 * i, 1000 * (i + 1)).join(''));
    const { rows, problems } = cutPieces(pieces);
    expect(rows).toHaveLength(300_000);
    expect(problems).toEqual([1001]);
    expect([rows[999], rows[1000], rows[1001], rows.at(-1)]).toEqual([
      ['999', 'work'],
      [''],
      ['1001', 'work'],
      ['299999', 'work'],
    ]);
  });
});
