import { raceEthnicityValue, regionValue, sexValue } from '../demographics.ts';
import type { CareerHistory, Observation } from '../history.ts';
import { importLimits, isCareerYear } from '../limits.ts';
import { parsePartialDate } from '../partialDate.ts';
import { quoted, type ProblemSink } from '../problem.ts';
import { startObservations, yearlyObservations, type Spell } from '../spells.ts';
import { normaliseTitle } from '../titleText.ts';
import { observationProblems } from '../validation.ts';
import type { CareerTableOptions } from './careerTable.ts';
import type { CareerField } from './columnMapping.ts';
import type { TableRow } from './tableRow.ts';

type Facts = Partial<Pick<CareerHistory, 'population' | 'sex' | 'raceEthnicity' | 'birthYear'>>;

/** One person while their rows are being read: rows go in one by one, a career comes out. */
export class PersonRows {
  #facts: Facts = {};
  #rows = 0;
  readonly #observations: { row: TableRow; observation: Observation }[] = [];
  readonly #spells: { row: TableRow; spell: Spell }[] = [];

  constructor(
    readonly personId: string,
    private readonly options: CareerTableOptions,
    private readonly problems: ProblemSink,
  ) {}

  add(row: TableRow): void {
    this.#rows += 1;
    if (this.#rows > importLimits.recordsPerPerson) {
      this.#refuse(row);
      return;
    }
    this.#mergeFacts(row);

    const time = this.options.mapping.year === undefined ? this.#span(row) : row.year();
    const occupation = row.occupation(this.options.titles);
    const education = row.education();
    const region = regionValue(row.cell('region'));
    const hourlyWage = row.hourlyWage();
    const extra = row.extra();
    if (time === undefined || !occupation) return;
    const facts = {
      education,
      ...occupation,
      ...(region && { region }),
      ...(hourlyWage !== undefined && { hourlyWage }),
      ...(extra && { extra }),
    };
    if (typeof time === 'number') this.#observations.push({ row, observation: { year: time, ...facts } });
    else this.#spells.push({ row, spell: { ...time, facts } });
  }

  /** The career, sorted by year, without records that are broken or repeat a year (the first is kept). */
  finish(): CareerHistory {
    const observations = this.#spells.length > 0 ? this.#observedSpells() : this.#checkedObservations();
    const { population = this.options.population, sex, raceEthnicity, birthYear } = this.#facts;
    const region = observations[0]?.region;
    return {
      personId: this.personId,
      population,
      ...(sex && { sex }),
      ...(raceEthnicity && { raceEthnicity }),
      ...(region && { region }),
      ...(birthYear !== undefined && { birthYear }),
      observations,
    };
  }

  #checkedObservations(): Observation[] {
    const kept: Observation[] = [];
    // Stable: of two rows for one year the first in the file comes first.
    const sorted = this.#observations.sort((a, b) => a.observation.year - b.observation.year);
    for (const { row, observation } of sorted) {
      if (this.#isSound(row, observation, kept.at(-1))) kept.push(observation);
    }
    return kept;
  }

  #observedSpells(): Observation[] {
    const sound = this.#spells.filter(({ row, spell }) =>
      this.#isSound(row, { year: spell.start.year, ...spell.facts }, undefined),
    );
    const observed = this.options.jobs === 'at-start' ? startObservations : yearlyObservations;
    return observed(
      sound.map(({ spell }) => spell),
      this.options.presentYear,
    );
  }

  #isSound(row: TableRow, observation: Observation, previous: Observation | undefined): boolean {
    const found = observationProblems(observation, previous, this.#facts.birthYear, this.options.presentYear);
    for (const problem of found) {
      const field: CareerField =
        problem.column === 'year' && this.options.mapping.year === undefined
          ? 'start'
          : problem.column === 'title'
            ? 'title'
            : 'year';
      this.problems.add({ ...problem, row: row.row, column: row.name(field) });
    }
    return found.every((problem) => problem.severity !== 'error');
  }

  #span(row: TableRow): Pick<Spell, 'start' | 'end'> | undefined {
    const start = row.start();
    const end = row.end();
    if (!start || end === undefined) return undefined;
    if (end !== null && end !== 'present') {
      const months = 12 * (end.year - start.year) + (end.month ?? 12) - (start.month ?? 1);
      if (months < 0) {
        row.error('end', 'The job ends before it starts.', 'Correct one of the two dates.');
        return undefined;
      }
    }
    return { start, end };
  }

  /** Takes facts that are still unknown; tells once where a row contradicts what is known. */
  #mergeFacts(row: TableRow): void {
    const facts: Facts = {
      population: normaliseTitle(row.cell('population')),
      sex: sexValue(row.cell('sex')),
      raceEthnicity: raceEthnicityValue(row.cell('raceEthnicity')),
      birthYear: this.#birthYear(row),
    };
    for (const field of ['population', 'sex', 'raceEthnicity', 'birthYear'] as const) {
      const value = facts[field];
      const known = this.#facts[field];
      if (!value || value === known) continue;
      if (!known) {
        this.#facts = { ...this.#facts, [field]: value };
        continue;
      }
      this.problems.addOnce(`${field} ${this.personId}`, {
        severity: 'warning',
        row: row.row,
        column: row.name(field),
        message: `Person ${quoted(this.personId)} has ${quoted(String(value))} here and ${quoted(String(known))} before; the first counts.`,
        advice: 'Check which one is right.',
      });
    }
  }

  #birthYear(row: TableRow): number | undefined {
    const text = row.cell('birthYear');
    if (text === '') return undefined;
    const date = parsePartialDate(text);
    if (date && date !== 'present' && isCareerYear(date.year)) return date.year;
    this.problems.addOnce(`unread birthYear ${this.personId}`, {
      severity: 'warning',
      row: row.row,
      column: row.name('birthYear'),
      message: `${quoted(text)} is not a birth year; it was left out.`,
      advice: 'Give a year such as 1982.',
    });
    return undefined;
  }

  #refuse(row: TableRow): void {
    this.problems.addOnce(`rows ${this.personId}`, {
      severity: 'error',
      row: row.row,
      message: `Person ${quoted(this.personId)} has more than ${importLimits.recordsPerPerson} rows; the rest is left out.`,
      advice: 'Check which column tells people apart.',
    });
  }
}
