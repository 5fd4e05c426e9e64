import type { Observation } from './history.ts';
import type { DateOrPresent, PartialDate } from './partialDate.ts';

/** One job (or state) as a resume gives it: from a date to a date, both included. */
export interface Spell {
  start: PartialDate;
  /** Null where not given: the spell lasts until the next one starts, the last one until today. */
  end: DateOrPresent | null;
  /** Facts of every year of the spell. */
  facts: Omit<Observation, 'year'>;
}

/**
 * How a table of jobs becomes observations, one a year at most: `each-year` as surveys ask, see
 * `yearlyObservations`; `at-start` as a resume lists jobs, see `startObservations`.
 */
export type JobRule = 'each-year' | 'at-start';

/**
 * Yearly observations, as surveys ask for them: each year shows the spell that covers most of its months; of
 * equally long ones, the one that started later. A start without a month counts from January, an end without one
 * to December. Years that no spell covers get no observation: a gap is not known to be time out of work.
 *
 * @param presentYear calendar year of today, at which `present` ends
 */
export function yearlyObservations(spells: readonly Spell[], presentYear: number): Observation[] {
  return mainSpells(spells, presentYear, (_, last) => last);
}

/**
 * One observation per new job, in the year in which it starts, however long it lasts and whatever runs beside it.
 * Of several that start in one year the one that covers most of its months is shown; of equally long ones, the
 * one that started later, then the one listed later. The others of that year get no observation.
 *
 * @param presentYear calendar year of today, at which `present` ends
 */
export function startObservations(spells: readonly Spell[], presentYear: number): Observation[] {
  return mainSpells(spells, presentYear, (first) => first);
}

/** Per year the spell that covers most of its months, where a spell counts from its first year to `lastYear`. */
function mainSpells(
  spells: readonly Spell[],
  presentYear: number,
  lastYear: (first: number, last: number) => number,
): Observation[] {
  const sorted = spells
    .map((spell) => ({ facts: spell.facts, start: firstMonth(spell.start), end: spell.end }))
    .sort((a, b) => a.start - b.start);
  const best = new Map<number, { months: number; facts: Spell['facts'] }>();

  for (const { facts, start, end } of sorted) {
    const nextStart = sorted.find((later) => later.start > start)?.start;
    const last = lastMonth(end, nextStart, presentYear);
    for (let year = yearOf(start); year <= lastYear(yearOf(start), yearOf(last)); year++) {
      const months = Math.min(last, 12 * year + 11) - Math.max(start, 12 * year) + 1;
      if (months >= (best.get(year)?.months ?? 1)) best.set(year, { months, facts });
    }
  }
  return [...best].sort(([a], [b]) => a - b).map(([year, { facts }]) => ({ year, ...facts }));
}

/** Months are counted from year 0: 12 · year + month − 1. */
function firstMonth(date: PartialDate): number {
  return 12 * date.year + (date.month ?? 1) - 1;
}

function lastMonth(end: Spell['end'], nextStart: number | undefined, presentYear: number): number {
  const present = 12 * presentYear + 11;
  if (end === 'present') return present;
  if (end === null) return nextStart === undefined ? present : nextStart - 1;
  return 12 * end.year + (end.month ?? 12) - 1;
}

function yearOf(month: number): number {
  return Math.floor(month / 12);
}
