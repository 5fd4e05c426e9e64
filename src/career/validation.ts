import type { CareerHistory, Observation } from './history.ts';
import { importLimits, isCareerYear, yearRange } from './limits.ts';
import { quoted, type Problem } from './problem.ts';
import { normaliseTitle } from './titleText.ts';

/**
 * All problems of one career: years out of range, repeated or out of order, before birth or after today; empty
 * or overlong titles. `row` is the 1-based number of the observation; `column` names the field.
 *
 * @param presentYear calendar year of today; a later observation is a warning
 */
export function careerProblems(history: CareerHistory, presentYear: number): Problem[] {
  const problems: Problem[] = [];
  if (history.birthYear !== undefined && !isCareerYear(history.birthYear)) {
    problems.push({
      severity: 'error',
      column: 'birthYear',
      message: `The birth year ${history.birthYear} is not a year from ${yearRange.first} to ${yearRange.last}.`,
      advice: 'Correct it or leave it out.',
    });
  }
  if (history.observations.length > importLimits.recordsPerPerson) {
    problems.push({
      severity: 'error',
      message: `A career of ${history.observations.length} records is more than the ${importLimits.recordsPerPerson} allowed.`,
      advice: 'Check that the rows belong to one person.',
    });
  }
  history.observations.forEach((observation, i) => {
    const previous = history.observations[i - 1] as Observation | undefined;
    for (const problem of observationProblems(observation, previous, history.birthYear, presentYear)) {
      problems.push({ ...problem, row: i + 1 });
    }
  });
  return problems;
}

/** Problems of one observation beside the one before it. */
export function observationProblems(
  observation: Observation,
  previous: Observation | undefined,
  birthYear: number | undefined,
  presentYear: number,
): Problem[] {
  const { year } = observation;
  const problems: Problem[] = [];
  const found = (severity: Problem['severity'], column: string, message: string, advice: string): void => {
    problems.push({ severity, column, message, advice });
  };

  if (!isCareerYear(year)) {
    const range = `from ${yearRange.first} to ${yearRange.last}`;
    found('error', 'year', `${year} is not a year ${range}.`, 'Give a calendar year such as 2019.');
  } else if (birthYear !== undefined && year < birthYear) {
    found(
      'error',
      'year',
      `${year} lies before the birth year ${birthYear}.`,
      'Correct one of the two years.',
    );
  } else if (year > presentYear) {
    found('warning', 'year', `${year} lies in the future.`, 'Check the year; the record is used as it is.');
  }
  if (year === previous?.year) {
    found('error', 'year', `There are two records for ${year}.`, 'Keep one record a year: the main job.');
  } else if (previous && year < previous.year) {
    found('error', 'year', `${year} comes after ${previous.year}.`, 'Sort the records by year.');
  }
  if (normaliseTitle(observation.title) === '') {
    found('error', 'title', 'The record has no job title.', 'Give a title, “Not working” or “In school”.');
  } else if (observation.title.length > importLimits.titleLength) {
    const tooLong = `The title ${quoted(observation.title)} is longer than ${importLimits.titleLength} characters.`;
    found('error', 'title', tooLong, 'Shorten it to the name of the job.');
  }
  return problems;
}
