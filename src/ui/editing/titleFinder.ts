import { TitleMatcher, type CareerHistory } from '../../career/index.ts';
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

  /**
   * The career with the codes of this list. Rows, undo steps and saved careers keep the code of the list that was in
   * use when they were typed, and the same code may mean another title here.
   */
  withCodes(history: CareerHistory): CareerHistory {
    return {
      ...history,
      observations: history.observations.map((observation) => ({
        ...observation,
        occupationCode: this.match(observation.title)?.code ?? null,
      })),
    };
  }
}
