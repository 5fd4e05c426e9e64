/**
 * Words that the text template knows. A value listed here is written as template text (and may be one token);
 * any other value is written as the person's own words, so that no typed value can imitate a marker.
 */

/** Populations that the text names in its first line: `<A worker from the {population}>`. */
export const populations = {
  nlsy97: 'NLSY97 dataset',
  federalJudges: 'Federal Judicial Center dataset',
  youngWomen: 'NLS Young Women dataset',
  synthetic: 'synthetic dataset',
} as const;

/** Six levels, lowest first, as in NLSY97. */
export const educationLevels = [
  'less than high school',
  'high school diploma or GED',
  "associate's degree",
  "bachelor's degree",
  "master's degree",
  'doctoral or professional degree',
] as const;

export type EducationLevel = (typeof educationLevels)[number];

/** Value in the data → words in the text. */
export const sexWords: ReadonlyMap<string, string> = new Map([
  ['male', 'male'],
  ['female', 'female'],
]);

/** Value in the data → words in the text. */
export const raceEthnicityWords: ReadonlyMap<string, string> = new Map([
  ['white', 'white'],
  ['black', 'black'],
  ['hispanic', 'hispanic'],
  ['asian or pacific islander', 'asian or pacific islander'],
  ['other', 'other-race'],
]);

/** Value in the data → words in the text, without the word `region`. */
export const regionWords: ReadonlyMap<string, string> = new Map([
  ['northeast', 'northeast'],
  ['northcentral', 'north central'],
  ['south', 'south'],
  ['west', 'west'],
  ['non-south', 'non-south'],
]);
