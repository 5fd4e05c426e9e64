import { words } from '../../messages/terms.ts';

/** Terms that messages may mark by a tag of the same name. */
const terms = ['perplexity', 'token', 'head', 'lora', 'seed', 'calibration', 'rank', 'alpha'] as const;

export type TermName = (typeof terms)[number];

export function isTerm(tag: string): tag is TermName {
  return (terms as readonly string[]).includes(tag);
}

/** The term in one sentence. */
export function explanation(term: TermName): string {
  return words[term];
}
