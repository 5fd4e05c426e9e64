import type { Occupation } from './model.ts';
import { occ1990dd } from './occ1990dd.ts';
import rows from './occ1990ddLabels.json' with { type: 'json' };

/** How an occupation is called where people read; models go on reading its title. */
export interface OccupationLabel {
  label: string;
  /** Up to three job titles that people have, most telling first. */
  examples: readonly string[];
}

const labels = new Map<string, OccupationLabel>(
  rows.map(([code = '', label = '', ...examples]) => [code, { label, examples }]),
);
const titles = new Map(occ1990dd.occupations.map(({ code, title }) => [code, title]));

/** Plain words for an occupation of the default list; of any other list, its own title. */
export function labelled({ code, title }: Occupation): OccupationLabel {
  const known = titles.get(code) === title ? labels.get(code) : undefined;
  return known ?? { label: title, examples: [] };
}
