import { normaliseTitle } from './titleText.ts';
import { raceEthnicityWords, regionWords, sexWords } from './vocabulary.ts';

const sexAliases: ReadonlyMap<string, string> = new Map([
  ['m', 'male'],
  ['man', 'male'],
  ['f', 'female'],
  ['woman', 'female'],
]);

const raceEthnicityAliases: ReadonlyMap<string, string> = new Map([
  ['black or african american', 'black'],
  ['african american', 'black'],
  ['hispanic or latino', 'hispanic'],
  ['latino', 'hispanic'],
  ['latina', 'hispanic'],
  ['asian', 'asian or pacific islander'],
  ['pacific islander', 'asian or pacific islander'],
  ['mixed', 'other'],
]);

const regionAliases: ReadonlyMap<string, string> = new Map([
  ['north central', 'northcentral'],
  ['midwest', 'northcentral'],
]);

/** The template's value for a person's own words (`F` → `female`); other words as they were typed. */
export function sexValue(text: string): string {
  return knownValue(text, sexWords, sexAliases);
}

/** The template's value for a person's own words; other words as they were typed. */
export function raceEthnicityValue(text: string): string {
  return knownValue(text, raceEthnicityWords, raceEthnicityAliases);
}

/** The template's value for a person's own words (`Midwest` → `northcentral`); other words as they were typed. */
export function regionValue(text: string): string {
  return knownValue(text, regionWords, regionAliases);
}

function knownValue(
  text: string,
  values: ReadonlyMap<string, string>,
  aliases: ReadonlyMap<string, string>,
): string {
  const typed = normaliseTitle(text);
  const lower = typed.toLowerCase();
  return values.has(lower) ? lower : (aliases.get(lower) ?? typed);
}
