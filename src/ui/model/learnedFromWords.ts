import type { AdapterSummary } from '../../worker/index.ts';

/** `96 people of “Invented”, 1,012 observations, 1979–2015`. */
export function learnedFromInWords({ learnedFrom, panel }: AdapterSummary): string {
  const { people, observations, firstYear, lastYear } = learnedFrom;
  if (people === 0) return 'people that its files say nothing about';
  const years = firstYear === null || lastYear === null ? '' : `, ${firstYear}–${lastYear}`;
  const of = panel === undefined ? '' : ` of “${panel}”`;
  return `${people.toLocaleString('en')} people${of}, ${observations.toLocaleString('en')} observations${years}`;
}

/** The same as a statement about the model; an average has learned nothing but its weights. */
export function learningInWords(adapter: AdapterSummary): string {
  return `${adapter.kind === 'average' ? 'weights' : 'learned'} from ${learnedFromInWords(adapter)}`;
}
