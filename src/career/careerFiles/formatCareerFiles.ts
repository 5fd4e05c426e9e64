import type { CareerHistory } from '../history.ts';
import { normaliseTitle } from '../titleText.ts';
import {
  careerFileKinds,
  careerSplits,
  unknownEntry,
  type CareerFileKind,
  type CareerSplit,
} from './careerFileSet.ts';

/**
 * Careers as CAREER's files, by name (`train.job`, …). Jobs are codes, or titles where there is no code; spaces become
 * underscores, and what is not known the entry `unknown`. A covariate that nobody has gets no file, in no split. Not
 * written, for the format has no place for it: identities, birth years, population, extra columns, and regions after
 * the first. People without observations are left out.
 */
export function formatCareerFiles(
  splits: Partial<Record<CareerSplit, readonly CareerHistory[]>>,
): Map<string, string> {
  const everybody = Object.values(splits).flat();
  const kinds = careerFileKinds.filter(
    (kind) => kind === 'job' || kind === 'year' || everybody.some((person) => isKnown(person, kind)),
  );
  const files = new Map<string, string>();
  for (const split of careerSplits) {
    const people = splits[split]?.filter(({ observations }) => observations.length > 0);
    if (!people) continue;
    for (const kind of kinds) {
      files.set(`${split}.${kind}`, people.map((person) => `${line(person, kind)}\n`).join(''));
    }
  }
  return files;
}

function isKnown(person: CareerHistory, kind: CareerFileKind): boolean {
  return line(person, kind)
    .split(' ')
    .some((entry) => entry !== unknownEntry);
}

function line({ observations, raceEthnicity, sex, region }: CareerHistory, kind: CareerFileKind): string {
  switch (kind) {
    case 'job':
      return observations.map(({ occupationCode, title }) => entry(occupationCode ?? title)).join(' ');
    case 'year':
      return observations.map(({ year }) => String(year)).join(' ');
    case 'education':
      return observations.map(({ education }) => entry(education)).join(' ');
    case 'ethnicity':
      return entry(raceEthnicity);
    case 'gender':
      return entry(sex);
    case 'location':
      return entry(region);
  }
}

function entry(value: string | null | undefined): string {
  return normaliseTitle(value ?? '').replaceAll(' ', '_') || unknownEntry;
}
