import { describe, expect, it } from 'vitest';
import { mostSeries, seriesMark } from '../../../src/ui/learn/seriesMark.ts';

describe('marks of models in a chart', () => {
  const marks = Array.from({ length: mostSeries }, (_, index) => seriesMark(index));

  it('share colour and marker in no two of at least 24 models', () => {
    expect(mostSeries).toBeGreaterThanOrEqual(24);
    expect(new Set(marks.map(({ colour, path }) => `${colour} ${path}`)).size).toBe(mostSeries);
  });

  it('differ in both between neighbours, so that either alone tells them apart', () => {
    marks.slice(1).forEach(({ colour, path }, before) => {
      expect(colour).not.toBe(marks[before]?.colour);
      expect(path).not.toBe(marks[before]?.path);
    });
  });
});
