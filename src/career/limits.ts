/** What one import accepts. Beyond these a file is refused with a message, before work is done on it. */
export const importLimits = {
  /** Size of a file in bytes. */
  bytes: 256 * 2 ** 20,
  /** Rows of a table, header included. */
  rows: 2_000_000,
  columns: 500,
  /** Characters of one row of a file that is read piece by piece. */
  rowLength: 2 ** 20,
  /** Characters of one cell that is kept. */
  cellLength: 5_000,
  /** Characters of a title; the longest of the default list has 67. */
  titleLength: 200,
  /** Jobs or years of one person. */
  recordsPerPerson: 1_000,
  /** Dollars; surveys hold a few implausible ones, which say no more than “much”. */
  hourlyWage: 100_000,
} as const;

/** Calendar years that a career can lie in. */
export const yearRange = { first: 1700, last: 2100 } as const;

export function isCareerYear(year: number): boolean {
  return Number.isInteger(year) && year >= yearRange.first && year <= yearRange.last;
}
