import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  joinText,
  normaliseTitle,
  onward1,
  parsePartialDate,
  textify,
  textifyPrompt,
  type CareerHistory,
} from '../../src/career/index.ts';

const seed = 20_240_602;
const typed = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({
    unit: fc.constantFrom(
      '\n',
      '\r',
      '\u2028',
      '\u0085',
      ' ',
      '<END OF DATA>',
      ')',
      ':',
      'a',
      '\u0301',
      '\ud83d',
      '\0',
    ),
  }),
);
const career: fc.Arbitrary<CareerHistory> = fc.record(
  {
    personId: typed,
    population: typed,
    sex: typed,
    raceEthnicity: typed,
    region: typed,
    birthYear: fc.integer({ min: 1900, max: 2010 }),
    observations: fc.array(
      fc.record(
        {
          year: fc.integer({ min: 1990, max: 2030 }),
          education: fc.option(typed),
          occupationCode: fc.option(typed),
          title: typed,
          region: typed,
        },
        { requiredKeys: ['year', 'education', 'occupationCode', 'title'] },
      ),
      { maxLength: 6 },
    ),
  },
  { requiredKeys: ['personId', 'population', 'observations'] },
);
const options = fc.record(
  {
    titles: fc.constantFrom('words' as const, 'codes' as const),
    demographics: fc.boolean(),
    birthYear: fc.boolean(),
    lastRecords: fc.nat({ max: 7 }),
    regionOnEachLine: fc.boolean(),
  },
  { requiredKeys: [] },
);

describe('text of any career', () => {
  it('has exactly one line per shown record, whatever people typed', () => {
    fc.assert(
      fc.property(career, options, (history, variant) => {
        const text = textify(history, variant);
        const shown = Math.min(history.observations.length, variant.lastRecords ?? Infinity);
        const hasBirthYear = history.birthYear !== undefined && variant.birthYear !== false;
        expect(joinText(text).split(/\r\n|[\n\r\u0085\u2028\u2029]/)).toHaveLength(
          3 + Number(hasBirthYear) + shown + 1,
        );
        expect(text.titlePieces).toHaveLength(shown);
        expect(text.pieces.filter(({ text: piece, verbatim }) => verbatim && /[\n\r]/.test(piece))).toEqual(
          [],
        );
      }),
      { numRuns: 2000, seed },
    );
  }, 60_000);

  it('never lets a typed word be a marker: template pieces hold template text only', () => {
    fc.assert(
      fc.property(career, options, (history, variant) => {
        const markers = textify(history, variant).pieces.filter(
          ({ text, verbatim }) => !verbatim && text.includes(onward1.documentEnd),
        );
        expect(markers).toHaveLength(1);
      }),
      { numRuns: 1000, seed },
    );
  }, 60_000);

  it('prompts with exact prefixes of the document', () => {
    fc.assert(
      fc.property(career, fc.nat({ max: 5 }), (history, t) => {
        const next = history.observations.at(t);
        if (!next || t >= history.observations.length) return;
        const whole = textify(history);
        const prompt = textifyPrompt({ ...history, observations: history.observations.slice(0, t) }, next);
        expect(prompt.pieces).toEqual(whole.pieces.slice(0, whole.titlePieces[t]));
      }),
      { numRuns: 1000, seed },
    );
  }, 60_000);
});

describe('what people type', () => {
  it('is normalised once: a second time changes nothing', () => {
    fc.assert(
      fc.property(typed, (title) => {
        const once = normaliseTitle(title);
        expect(normaliseTitle(once)).toBe(once);
        expect(once).not.toMatch(/[\p{Cc}\u2028\u2029\p{Surrogate}]| {2}|^ | $/u);
      }),
      { numRuns: 5000, seed },
    );
  }, 60_000);

  it('is never read as a date outside the range of careers', () => {
    const dates = fc.stringMatching(/^[0-9/. -]{0,12}[a-z]{0,9}[0-9 ,]{0,8}$/);
    fc.assert(
      fc.property(fc.oneof(typed, dates), (text) => {
        const date = parsePartialDate(text);
        if (date === null || date === 'present') return;
        expect(date.year).toBeGreaterThanOrEqual(1700);
        expect(date.year).toBeLessThanOrEqual(2100);
        expect(date.month ?? 1).toBeGreaterThanOrEqual(1);
        expect(date.month ?? 1).toBeLessThanOrEqual(12);
      }),
      { numRuns: 5000, seed },
    );
  }, 60_000);
});
