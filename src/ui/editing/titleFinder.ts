import { TitleMatcher } from '../../career/index.ts';
import { TitleSearch, type Occupation, type OccupationList } from '../../occupation/index.ts';

/** Titles of the list for what a person types: suggestions, and the entry that the text already is. */
export class TitleFinder {
  readonly #search: TitleSearch;
  readonly #matcher: TitleMatcher;

  constructor(list: OccupationList) {
    this.#search = new TitleSearch(list);
    this.#matcher = new TitleMatcher(list.occupations);
  }

  /** At most eight, best first; none for an empty text. */
  suggest(text: string): Occupation[] {
    return text.trim() === '' ? [] : this.#search.search(text, 8).map(({ occupation }) => occupation);
  }

  /** The list's entry for a title as typed, or null: then it is read as text. */
  match(title: string): Occupation | null {
    return this.#matcher.match(title);
  }
}
