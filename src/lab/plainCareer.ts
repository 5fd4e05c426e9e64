import type { CareerHistory } from '../career/index.ts';

/** A career without the columns that no model reads: they need not travel to the page. */
export function plainCareer(history: CareerHistory): CareerHistory {
  const observations = history.observations.map(
    ({ year, education, occupationCode, title, region, hourlyWage }) => ({
      year,
      education,
      occupationCode,
      title,
      ...(region !== undefined && { region }),
      ...(hourlyWage !== undefined && { hourlyWage }),
    }),
  );
  return { ...history, observations };
}
