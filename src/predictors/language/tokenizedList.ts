import { decisiveTrie, type TextTokenizer, type TitleTrie, titleTrie } from '../../lm/index.ts';
import type { OccupationList } from '../../occupation/index.ts';
import { AppError } from '../../platform/index.ts';
import { titleTokens } from './tokenizedCareer.ts';

/** An occupation list as the language model reads it. */
export interface TokenizedList {
  list: OccupationList;
  codes: string[];
  trie: TitleTrie;
  /** The same titles, each as far as it has to be read to be told from the others. */
  decisive: TitleTrie;
  /** Tokens of the longest title. */
  longest: number;
}

/** Throws `bad-input` for an empty list, or one that holds a title twice. */
export function tokenizeList(tokenizer: TextTokenizer, list: OccupationList): TokenizedList {
  if (list.occupations.length === 0) throw new AppError('bad-input', 'The list of occupations is empty');
  const tokenized = list.occupations.map(({ title }) => titleTokens(tokenizer, title));
  const trie = titleTrie(tokenized);
  return {
    list,
    codes: list.occupations.map(({ code }) => code),
    trie,
    decisive: decisiveTrie(trie),
    longest: tokenized.reduce((most, tokens) => Math.max(most, tokens.length), 0),
  };
}
