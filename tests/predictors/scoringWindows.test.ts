import { describe, expect, it } from 'vitest';
import { recordWindows, scoringWindows } from '../../src/predictors/language/scoringWindows.ts';

/** Windows of at most `most` records fit. */
const upTo = (most: number) => (start: number, end: number) => end - start <= most;

describe('scoringWindows', () => {
  it('is one window where everything fits, and none for no records', () => {
    expect(scoringWindows(20, upTo(20))).toEqual([{ start: 0, scoredFrom: 0, end: 20 }]);
    expect(scoringWindows(0, upTo(5))).toEqual([]);
  });

  it.each([
    [7, 3],
    [100, 8],
    [50, 49],
    [9, 1],
  ])('scores each of %i records once, with at most %i together', (records, most) => {
    const windows = scoringWindows(records, upTo(most));
    const scored = windows.flatMap(({ scoredFrom, end }) =>
      Array.from({ length: end - scoredFrom }, (_, i) => scoredFrom + i),
    );
    expect(scored).toEqual(Array.from({ length: records }, (_, i) => i));
    for (const { start, scoredFrom, end } of windows) {
      expect(end - start).toBeLessThanOrEqual(most);
      if (start > 0) expect(scoredFrom - start).toBeGreaterThanOrEqual(Math.floor(most / 2));
    }
  });

  it('ends also where not even one record fits', () => {
    const windows = scoringWindows(3, () => false);
    expect(windows.map(({ scoredFrom, end }) => [scoredFrom, end])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
  });
});

describe('recordWindows', () => {
  it('gives each record a window of its own, as long as asked and as fits', () => {
    expect(recordWindows(4, 2, upTo(9))).toEqual([
      { start: 0, scoredFrom: 0, end: 1 },
      { start: 0, scoredFrom: 1, end: 2 },
      { start: 0, scoredFrom: 2, end: 3 },
      { start: 1, scoredFrom: 3, end: 4 },
    ]);
    expect(recordWindows(4, 3, upTo(2)).map(({ start }) => start)).toEqual([0, 0, 1, 2]);
    expect(recordWindows(2, 5, () => false).map(({ start }) => start)).toEqual([0, 1]);
  });
});
