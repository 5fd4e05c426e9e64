import { educationLevels, type EducationLevel } from './vocabulary.ts';

/** Words that name a level without being its name, matched anywhere in the text, highest level first. */
const levelWords: readonly (readonly [EducationLevel, RegExp])[] = [
  [
    'doctoral or professional degree',
    /\b(ph ?d|d ?phil|doctor(al|ate|or)?|m ?d|j ?d|d ?d ?s|d ?v ?m|ed ?d|pharm ?d|professional degree)\b/,
  ],
  ["master's degree", /\b(master ?s?|m ?a|m ?s|m ?sc|m ?b ?a|m ?ed|m ?eng|m ?phil|m ?p ?h|m ?s ?w|ll ?m)\b/],
  [
    "bachelor's degree",
    /\b(bachelor ?s?|b ?a|b ?s|b ?sc|b ?eng|b ?ed|b ?b ?a|b ?f ?a|ll ?b|4 ?year (college|degree)|undergraduate degree|college graduate)\b/,
  ],
  ["associate's degree", /\b(associate ?s?|a ?a|a s|a ?a ?s|2 ?year (college|degree)|junior college)\b/],
  [
    'less than high school',
    /\b(less than|no|some|below|under|without)( a)? (high ?school|hs|diploma)\b|\bnot (finish|complete|graduate)|\bprimary\b|\bmiddle school\b/,
  ],
  ['high school diploma or GED', /\b(high ?school|h ?s|g ?e ?d|diploma|some college|secondary)\b/],
];

/**
 * The level that a person's words mean (`BSc` → `bachelor's degree`), or null where they mean none of the six.
 * Of several degrees the highest counts, since the template holds one.
 */
export function educationLevel(text: string): EducationLevel | null {
  if (text.length > 200) return null;
  const exact = educationLevels.find((level) => level === text.trim());
  if (exact) return exact;
  const words = text
    .toLowerCase()
    .replace(/['’]/g, ' ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return levelWords.find(([, pattern]) => pattern.test(words))?.[0] ?? null;
}
