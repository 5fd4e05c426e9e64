import { describe, expect, it } from 'vitest';
import { chartLabel } from '../../../src/ui/learn/proof/chartLabel.ts';

describe('a label of a chart', () => {
  it('stands where it belongs, in one line, where there is room', () => {
    expect(chartLabel('CAREER 4.44', 100, 600)).toEqual({ lines: ['CAREER 4.44'], x: 100 });
  });

  it('is moved inside at the right, and takes more lines where it is too long', () => {
    const right = chartLabel('CAREER 4.44', 580, 600);
    expect(right.lines).toEqual(['CAREER 4.44']);
    expect(right.x).toBeLessThan(600 - 11 * 7);
    const long = chartLabel('Language model fine-tuned on these careers 14.21', 250, 290);
    expect(long.lines.length).toBe(2);
    expect(long.lines.join(' ')).toBe('Language model fine-tuned on these careers 14.21');
    expect(Math.max(...long.lines.map(({ length }) => length)) * 7).toBeLessThan(290 - long.x);
  });

  it('keeps every word where there is no room at all', () => {
    expect(chartLabel('one two', 5, 0)).toEqual({ lines: ['one two'], x: 0 });
  });
});
