import type { WeightedPiece } from '../../src/predictors/documents/index.ts';
import { readRows } from './sources.ts';

/** Free-text titles of each occupation of the list, by occ1990dd code. */
export function titleVariants(): Map<string, string[]> {
  const variants = new Map<string, string[]>();
  for (const row of readRows('occupation-text/title_variants.csv.gz')) {
    const known = variants.get(row.occ1990dd);
    if (known) known.push(row.variant);
    else variants.set(row.occ1990dd, [row.variant]);
  }
  return variants;
}

/** `Barista is a kind of: Food counter …`, one line a variant. The occupation's title is what the model should learn. */
export function variantLines(
  variants: ReadonlyMap<string, readonly string[]>,
  titleOf: ReadonlyMap<string, string>,
): WeightedPiece[][] {
  return [...variants].flatMap(([code, titles]) => {
    const occupation = titleOf.get(code);
    if (occupation === undefined) return [];
    return titles.map((title) => [
      verbatim(title, 0.1),
      template(' is a kind of:', 0.1),
      verbatim(occupation, 1),
      template('\n', 1),
    ]);
  });
}

/** `Registered nurses does this: Administer medications …`, from O*NET's and ESCO's descriptions and O*NET's tasks. */
export function descriptionLines(): WeightedPiece[][] {
  const line = (title: string, text: string) => [
    verbatim(title, 0.1),
    template(' does this:', 0.1),
    verbatim(firstSentences(text), 0.3),
    template('\n', 0.1),
  ];
  const occupations = readRows('occupation-text/onet_occupations.tsv.gz');
  const titleOf = new Map(occupations.map((row) => [row['O*NET-SOC Code'], row.Title]));
  return [
    ...occupations.map((row) => line(row.Title, row.Description)),
    ...readRows('occupation-text/onet_tasks.tsv.gz').map((row) =>
      line(titleOf.get(row['O*NET-SOC Code']) ?? '', row.Task),
    ),
    ...readRows('occupation-text/esco_occupations.csv.gz').map((row) =>
      line(row.preferredLabel, row.description),
    ),
  ];
}

/** Header of a document made of such lines. */
export const occupationTextHeader = '<A list of occupations>\n';

/** At most 200 characters, cut at a word. */
function firstSentences(text: string): string {
  const plain = text.replace(/\s+/g, ' ').trim();
  return plain.length <= 200 ? plain : plain.slice(0, plain.lastIndexOf(' ', 200));
}

const verbatim = (text: string, weight: number): WeightedPiece => ({
  text: ` ${text}`,
  verbatim: true,
  weight,
});
const template = (text: string, weight: number): WeightedPiece => ({ text, verbatim: false, weight });
