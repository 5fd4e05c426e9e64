import { TitleMatcher, type CareerHistory } from '../../career/index.ts';
import {
  type FoundTitle,
  labelled,
  type Occupation,
  type OccupationList,
  titleMatches,
  TitleSearch,
} from '../../occupation/index.ts';

const most = 8;

/** Titles before everyday words that are found in the same way. */
function rank({ match }: FoundTitle): number {
  return titleMatches.indexOf(match);
}

/** Titles of the list for what a person types: suggestions, and the entry that the text already is. */
export class TitleFinder {
  readonly #search: TitleSearch;
  /** Plain labels and everyday examples, each as an entry of its own. */
  readonly #everyday: TitleSearch;
  readonly #byCode: ReadonlyMap<string, Occupation>;
  readonly #matcher: TitleMatcher;

  constructor(list: OccupationList) {
    this.#search = new TitleSearch(list);
    this.#byCode = new Map(list.occupations.map((occupation) => [occupation.code, occupation]));
    const everyday = list.occupations.flatMap((occupation) => {
      const { label, examples } = labelled(occupation);
      return [label, ...examples].map((title) => ({ code: occupation.code, title }));
    });
    this.#everyday = new TitleSearch({ name: list.name, occupations: everyday });
    this.#matcher = new TitleMatcher(list.occupations);
  }

  /** At most eight, best first; none for an empty text. */
  suggest(text: string): Occupation[] {
    if (text.trim() === '') return [];
    const found = [...this.#search.search(text, most), ...this.#everyday.search(text, 2 * most)];
    const codes = found.toSorted((a, b) => rank(a) - rank(b)).map(({ occupation }) => occupation.code);
    return [...new Set(codes)].slice(0, most).flatMap((code) => this.#byCode.get(code) ?? []);
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
