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
 * Yearly observations, as surveys ask for them: each year shows the spell that covers most of its months; of
 * equally long ones, the one that started later. A start without a month counts from January, an end without one
 * to December. Years that no spell covers get no observation: a gap is not known to be time out of work.
 *
 * @param presentYear calendar year of today, at which `present` ends
 */
export function yearlyObservations(spells: readonly Spell[], presentYear: number): Observation[] {
  const sorted = spells
    .map((spell) => ({ facts: spell.facts, start: firstMonth(spell.start), end: spell.end }))
    .sort((a, b) => a.start - b.start);
  const best = new Map<number, { months: number; facts: Spell['facts'] }>();

  for (const { facts, start, end } of sorted) {
    const nextStart = sorted.find((later) => later.start > start)?.start;
    const last = lastMonth(end, nextStart, presentYear);
    for (let year = yearOf(start); year <= yearOf(last); year++) {
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
