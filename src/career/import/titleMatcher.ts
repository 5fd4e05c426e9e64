import { normaliseTitle } from '../titleText.ts';

/** Outcomes that free titles are matched to; an occupation list's entries fit. */
export interface CodedTitle {
  code: string;
  title: string;
}

/**
 * Finds a title in a list, exactly or but for case, punctuation, `&` and white space. Titles that become equal
 * that way match only when written exactly. (Misspellings are for the search of the autocomplete.)
 */
export class TitleMatcher {
  readonly #exact = new Map<string, CodedTitle>();
  readonly #folded = new Map<string, CodedTitle | null>();
  readonly #byCode = new Map<string, CodedTitle>();

  constructor(entries: readonly CodedTitle[]) {
    for (const entry of entries) {
      this.#byCode.set(entry.code, entry);
      this.#exact.set(normaliseTitle(entry.title), entry);
      const folded = foldTitle(entry.title);
      this.#folded.set(folded, this.#folded.has(folded) ? null : entry);
    }
  }

  /** The list's entry for a title as typed, or null. */
  match(title: string): CodedTitle | null {
    return this.#exact.get(normaliseTitle(title)) ?? this.#folded.get(foldTitle(title)) ?? null;
  }

  /** The list's entry for a code as written; `0276` and `276.0` are 276. */
  entry(code: string): CodedTitle | null {
    const number = /^0*(\d+)(?:\.0+)?$/.exec(code)?.[1];
    return this.#byCode.get(code) ?? (number ? this.#byCode.get(number) : undefined) ?? null;
  }
}

/** A title without case, accents, punctuation and repeated spaces; `&` reads as `and`. */
export function foldTitle(title: string): string {
  return title
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/&/g, ' and ')
    .replace(/['’]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
