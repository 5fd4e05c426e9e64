/**
 * The files that the published code of CAREER (github.com/keyonvafa/career-code) trains on: per split one file of
 * jobs and one per covariate, in all of them one person a line. Jobs, years and education have one entry per time
 * step, separated by spaces; the others one entry per person (locations may have one per step).
 */
export const careerSplits = ['train', 'valid', 'test'] as const;
export type CareerSplit = (typeof careerSplits)[number];

export const careerFileKinds = ['job', 'year', 'education', 'ethnicity', 'gender', 'location'] as const;
export type CareerFileKind = (typeof careerFileKinds)[number];

/** The entry of what is not known; no file can have an empty one. */
export const unknownEntry = 'unknown';

/** Which file of the set a name is, wherever it lies; null for other files. */
export function careerFileOf(name: string): { split: CareerSplit; kind: CareerFileKind } | null {
  const [, splitName, kindName] = /(?:^|[/\\])(train|valid|test)\.([a-z]+)$/.exec(name) ?? [];
  const split = careerSplits.find((one) => one === splitName);
  const kind = careerFileKinds.find((one) => one === kindName);
  return split && kind ? { split, kind } : null;
}
