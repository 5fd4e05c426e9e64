import { describe, expect, it } from 'vitest';
import { ProblemCounts } from '../../../src/career/panel/problemCounts.ts';
import { quoted } from '../../../src/career/index.ts';

const problem = (row: number, message: string) => ({
  severity: 'error' as const,
  row,
  message,
  advice: 'Do.',
});

describe('problems by kind', () => {
  it('are one kind whatever they quote or count, marks inside the quotation included', () => {
    const counts = new ProblemCounts('f');
    for (const [i, value] of ['soon', 'a “b” c', '”', '“'].entries()) {
      counts.add(problem(i, `${quoted(value)} is not a year from 1700 to 2,100.`));
    }
    expect(counts.list()).toMatchObject([{ kind: '“…” is not a year from N to N.', count: 4 }]);
    expect(counts.list()[0].examples.map(({ row, file }) => [row, file])).toEqual([
      [0, 'f'],
      [1, 'f'],
      [2, 'f'],
      [3, 'f'],
    ]);
  });

  it('keep the names of encodings', () => {
    const counts = new ProblemCounts();
    counts.add(problem(1, 'Not in UTF-8; read as Windows-1252.'));
    expect(counts.list()[0].kind).toBe('Not in UTF-8; read as Windows-1252.');
  });

  it('are counted as one beyond a number of kinds, so that memory stays', () => {
    const counts = new ProblemCounts();
    for (let i = 0; i < 5000; i++) counts.add(problem(i, `Kind ${'x'.repeat(i)}`));
    const list = counts.list();
    expect(list.length).toBeLessThan(500);
    expect(list[0]).toMatchObject({ kind: 'Other problems.', count: 5000 - (list.length - 1) });
    expect(list.reduce((sum, { count }) => sum + count, 0)).toBe(5000);
    expect(counts.errors).toBe(5000);
  });
});
