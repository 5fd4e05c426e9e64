import { foldTitle } from '../career/index.ts';
import type { Occupation, OccupationList } from './model.ts';
import { allowedTypos, prefixTypos } from './typo.ts';

/** How a title was found, best first. */
export const titleMatches = ['exact', 'prefix', 'words', 'substring', 'typo', 'some words'] as const;
export type TitleMatch = (typeof titleMatches)[number];

export interface FoundTitle {
  occupation: Occupation;
  /** Position in the list. */
  index: number;
  match: TitleMatch;
}

interface SearchedTitle {
  folded: string;
  words: readonly string[];
}

/** Words that say nothing about an occupation. */
const emptyWords = new Set(['and', 'of', 'the', 'a', 'an', 'in', 'for', 'at', 'or', 'to', 'with']);

/** Letters of a query that are read; nobody types more into an autocomplete. */
const queryLength = 100;

/**
 * Ranked search over the titles of a list, for an autocomplete: case, accents and punctuation do not count.
 *
 * A title that starts with the query comes first, then titles in which every word of the query begins a word,
 * titles that contain it, titles it misspells, and titles that share some of its words, rare words first. Within
 * a kind: fewer typos, then an earlier match, then a shorter title, then the list's order; so the order is the
 * same every time.
 */
export class TitleSearch {
  readonly #titles: readonly SearchedTitle[];

  constructor(readonly list: OccupationList) {
    this.#titles = list.occupations.map(({ title }) => {
      const folded = foldTitle(title);
      return { folded, words: folded.split(' ') };
    });
  }

  /** At most `limit` titles, best first; the head of the list for an empty query. */
  search(query: string, limit = 10): FoundTitle[] {
    const folded = foldTitle(query.slice(0, queryLength));
    const words = folded === '' ? [] : [...new Set(folded.split(' '))];
    const typos = words.map((word) => this.#typos(word));
    const weights = typos.map((counts) => rarity(counts));
    const ranked: { index: number; rank: readonly number[] }[] = [];
    this.#titles.forEach((title, index) => {
      const kind = rankTitle(title, folded, words);
      const rank =
        kind ??
        rankMisspelled(
          words,
          typos.map((counts) => counts[index]),
          weights,
        );
      if (rank)
        ranked.push({ index, rank: folded === '' ? [1, index] : [...rank, title.folded.length, index] });
    });
    ranked.sort((a, b) => compareRanks(a.rank, b.rank));
    return ranked.slice(0, limit).map(({ index, rank }) => ({
      occupation: this.list.occupations[index],
      index,
      match: titleMatches[rank[0]],
    }));
  }

  /** For each title: fewest typos of the word against any of the title's words; null beyond what is allowed. */
  #typos(word: string): (number | null)[] {
    const allowed = allowedTypos(word.length);
    const counted = new Map<string, number>();
    return this.#titles.map((title) => {
      let fewest = allowed + 1;
      for (const titleWord of title.words) {
        let count = counted.get(titleWord);
        if (count === undefined) counted.set(titleWord, (count = prefixTypos(word, titleWord, allowed)));
        fewest = Math.min(fewest, count);
      }
      return fewest > allowed ? null : fewest;
    });
  }
}

/** Kind of match and where it begins; null where a word of the query is found nowhere as it is written. */
function rankTitle(title: SearchedTitle, query: string, words: readonly string[]): readonly number[] | null {
  if (title.folded === query) return [0, 0, 0];
  if (title.folded.startsWith(query)) return [1, 0, 0];
  const beginnings = words.map((word) => title.words.findIndex((titleWord) => titleWord.startsWith(word)));
  if (beginnings.every((at) => at >= 0)) return [2, 0, Math.min(...beginnings)];
  const inside = title.folded.indexOf(query);
  return inside >= 0 && query.length > 1 ? [3, 0, inside] : null;
}

/** All words found but for typos, or else some of them, those that few titles have first. */
function rankMisspelled(
  words: readonly string[],
  typos: readonly (number | null)[],
  weights: readonly number[],
): readonly number[] | null {
  const total = typos.reduce<number>((sum, count) => sum + (count ?? 0), 0);
  if (typos.every((count) => count !== null)) return [4, total, 0];
  let weight = 0;
  words.forEach((word, i) => {
    if (typos[i] !== null && word.length > 2 && !emptyWords.has(word)) weight += weights[i];
  });
  return weight > 0 ? [5, -weight, total] : null;
}

/** Log of the inverse share of titles that a word is found in. */
function rarity(typos: readonly (number | null)[]): number {
  const found = typos.filter((count) => count !== null).length;
  return Math.log((typos.length + 1) / (found + 0.5));
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const differing = a.findIndex((value, i) => value !== b[i]);
  return differing < 0 ? 0 : a[differing] - b[differing];
}
