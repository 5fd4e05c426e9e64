import { describe, expect, it } from 'vitest';
import { Progress } from '../../src/platform/index.ts';

function recorded(total: number): { bar: Progress; values: number[]; totals: Set<number> } {
  const values: number[] = [];
  const totals = new Set<number>();
  const bar = new Progress(total, (done, whole) => {
    values.push(done);
    totals.add(whole);
  });
  return { bar, values, totals };
}

describe('Progress', () => {
  it('starts at zero, never goes back, never passes the total, and ends at it once', () => {
    const { bar, values, totals } = recorded(10);
    for (const done of [3, 2, NaN, 3, 7, 40, 8]) bar.to(done);
    bar.complete();
    bar.complete();
    expect(values).toEqual([0, 3, 7, 10]);
    expect([...totals]).toEqual([10]);
  });

  it('is filled exactly by parts with totals of their own', () => {
    const { bar, values } = recorded(1);
    const download = bar.part(0.7, 3);
    for (let i = 0; i < 3; i++) download.advance(1);
    const compile = bar.part(0.3, 1);
    compile.complete();
    expect(values.at(-1)).toBe(1);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    expect(download.done).toBe(3);
  });

  it('refuses a total that cannot end', () => {
    for (const total of [0, -1, NaN, Infinity])
      expect(() => new Progress(total, () => undefined)).toThrow(RangeError);
  });
});
