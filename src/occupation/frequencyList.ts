import { foldTitle, normaliseTitle, type CareerHistory } from '../career/index.ts';
import type { Occupation, OccupationList } from './model.ts';
import { maxOccupations } from './ownList.ts';

export interface FrequencyListOptions {
  /** Titles that fewer people ever held are rare. */
  minimumPeople?: number;
  /** `pool`: rare titles are one outcome together; `leave-out`: they are none, and their observations go unscored. */
  rare?: 'pool' | 'leave-out';
  name?: string;
}

/** An occupation list made of the titles of a panel, and what did not get into it. */
export interface FrequencyList {
  list: OccupationList;
  /** The outcome that rare titles share, last in the list; null where there is none. */
  pooled: Occupation | null;
  /** How much the rare titles are: different titles, people who ever held one, observations. */
  rare: { titles: number; people: number; observations: number };
}

const pool: Occupation = { code: 'other', title: 'Other occupation' };

/** One title in whatever spelling: case, accents and punctuation aside. */
interface TitleCounts {
  key: string;
  people: number;
  observations: number;
  spellings: Map<string, number>;
  codes: Set<string | null>;
}

/**
 * Makes an occupation list of a panel's own titles, the most widespread first: for free-text titles that no
 * taxonomy covers. Spellings that differ in case, accents or punctuation only are one title, shown as most write
 * it. Codes of the panel are kept where a title has one of its own; other titles are their own code. Choose the
 * list on the people that models learn from: what test people alone have held must not shape it.
 */
export function occupationListByFrequency(
  people: readonly CareerHistory[],
  { minimumPeople = 10, rare = 'pool', name = 'titles of this panel' }: FrequencyListOptions = {},
): FrequencyList {
  const counts = titleCounts(people);
  const poolKey = keyOf(pool.title);
  const byPeople = counts
    .filter(({ people: holders, key }) => holders >= minimumPeople && key !== poolKey)
    .sort((a, b) => b.people - a.people || (a.key < b.key ? -1 : 1))
    .slice(0, maxOccupations - 1);
  const listed = new Set(byPeople.map(({ key }) => key));
  const unlisted = counts.filter(({ key }) => !listed.has(key));
  const isPooled = rare === 'pool' && unlisted.length > 0;
  const occupations = codedTitles(byPeople);
  return {
    list: { name, occupations: isPooled ? [...occupations, pool] : occupations },
    pooled: isPooled ? pool : null,
    rare: {
      titles: unlisted.length,
      people: people.filter(({ observations }) => observations.some(({ title }) => !listed.has(keyOf(title))))
        .length,
      observations: unlisted.reduce((sum, { observations }) => sum + observations, 0),
    },
  };
}

/**
 * The same careers in terms of such a list: listed titles get its code and spelling; rare ones keep their words and
 * get the pooled code, or none.
 */
export function recodeCareers(
  people: readonly CareerHistory[],
  { list, pooled }: FrequencyList,
): CareerHistory[] {
  const byKey = new Map(list.occupations.map((occupation) => [keyOf(occupation.title), occupation]));
  return people.map((person) => ({
    ...person,
    observations: person.observations.map((observation) => {
      const occupation = byKey.get(keyOf(observation.title));
      return occupation && occupation !== pooled
        ? { ...observation, occupationCode: occupation.code, title: occupation.title }
        : { ...observation, occupationCode: pooled?.code ?? null };
    }),
  }));
}

function keyOf(title: string): string {
  // Titles of signs alone fold to nothing; they are told apart as they stand.
  return foldTitle(title) || normaliseTitle(title);
}

function titleCounts(people: readonly CareerHistory[]): TitleCounts[] {
  const counts = new Map<string, TitleCounts>();
  for (const { observations } of people) {
    const held = new Set<TitleCounts>();
    for (const { title, occupationCode } of observations) {
      const key = keyOf(title);
      let count = counts.get(key);
      if (!count) {
        count = { key, people: 0, observations: 0, spellings: new Map(), codes: new Set() };
        counts.set(key, count);
      }
      const spelling = normaliseTitle(title);
      count.observations += 1;
      count.spellings.set(spelling, (count.spellings.get(spelling) ?? 0) + 1);
      count.codes.add(occupationCode);
      held.add(count);
    }
    for (const count of held) count.people += 1;
  }
  return [...counts.values()];
}

function codedTitles(titles: readonly TitleCounts[]): Occupation[] {
  const ownCode = ({ codes }: TitleCounts): string | null => (codes.size === 1 ? [...codes][0] : null);
  const uses = new Map<string | null, number>([[pool.code, 1]]);
  for (const title of titles) uses.set(ownCode(title), (uses.get(ownCode(title)) ?? 0) + 1);
  return titles.map((title) => {
    const code = ownCode(title);
    // A title in the place of a code must not be the code of another.
    const fallback = uses.has(title.key) ? `${title.key} (title)` : title.key;
    return {
      code: code !== null && uses.get(code) === 1 ? code : fallback,
      title: mostFrequent(title.spellings),
    };
  });
}

function mostFrequent(spellings: ReadonlyMap<string, number>): string {
  const [[spelling]] = [...spellings].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return spelling;
}
