import { isCareerYear } from './limits.ts';

/** A date as exactly as a person gave it. `month` is 1–12. */
export interface PartialDate {
  year: number;
  month?: number;
}

export type DateOrPresent = PartialDate | 'present';

const monthNames = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];
const presentWords = new Set(['present', 'now', 'current', 'currently', 'today', 'ongoing', 'to date']);

/**
 * Reads `2019`, `2019-03`, `2019-03-15`, `2019/03`, `03/2019`, `15.03.2019`, `Mar 2019`, `15 March 2019`,
 * `March 15, 2019`, and `present` in its usual words. Days are dropped. Where day and month cannot be told
 * apart (`03/04/2019`) only the year is kept. Null for anything else, and for years outside `yearRange`.
 */
export function parsePartialDate(text: string): DateOrPresent | null {
  if (text.length > 40) return null;
  const value = text.trim().toLowerCase().replace(/\s+/g, ' ');
  if (presentWords.has(value)) return 'present';

  const yearOnly = /^(\d{4})(?:\.0+)?$/.exec(value);
  if (yearOnly) return partialDate(yearOnly[1]);

  const yearFirst = /^(\d{4})[-/.](\d{1,2})(?:[-/.]\d{1,2})?(?:[t ][\d:.z+-]+)?$/.exec(value);
  if (yearFirst) return partialDate(yearFirst[1], yearFirst[2]);

  const monthAndYear = /^(\d{1,2})[-/.](\d{4})$/.exec(value);
  if (monthAndYear) return partialDate(monthAndYear[2], monthAndYear[1]);

  const numbers = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(value);
  if (numbers) return dayAndMonth(Number(numbers[1]), Number(numbers[2]), numbers[3]);

  const named = /^(?:\d{1,2} )?([a-z]{3,9})\.?,? ?(?:\d{1,2},? )?(\d{4})$/.exec(value);
  if (named) {
    const month = monthNames.findIndex((name) => name.startsWith(named[1])) + 1;
    return month > 0 ? partialDate(named[2], String(month)) : null;
  }
  return null;
}

function dayAndMonth(first: number, second: number, year: string): PartialDate | null {
  if (first < 1 || second < 1 || Math.max(first, second) > 31) return null;
  if (first > 12) return partialDate(year, String(second));
  if (second > 12 || first === second) return partialDate(year, String(first));
  return partialDate(year);
}

function partialDate(yearText: string, monthText?: string): PartialDate | null {
  const year = Number(yearText);
  if (!isCareerYear(year)) return null;
  if (monthText === undefined) return { year };
  const month = Number(monthText);
  return month >= 1 && month <= 12 ? { year, month } : null;
}
