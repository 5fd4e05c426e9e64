import { joinText, SyntheticMarket, syntheticCareers, textify } from '../../src/career/index.ts';
import { occ1990dd } from '../../src/occupation/index.ts';

/** People whose invented careers the tokenizers read. */
const people = 40;
/** Weight of a title beside those that the careers hold. */
const titleWeight = 3;

/**
 * Words of invented careers and of all occupation titles with how often they occur. A word starts with the space
 * before it; digits stand alone, as most families cut them, or by up to `mostDigits`.
 */
export function wordCounts(seed: number, mostDigits = 1): Map<string, number> {
  const occupations = occ1990dd.occupations;
  const market = new SyntheticMarket(seed, occupations);
  const counts = new Map<string, number>();
  const pattern = new RegExp(` ?\\p{L}+|\\p{N}{1,${mostDigits}}| ?[^\\s\\p{L}\\p{N}]+|\\s+`, 'gu');
  const read = (text: string, weight: number): void => {
    for (const word of text.match(pattern) ?? []) counts.set(word, (counts.get(word) ?? 0) + weight);
  };
  for (const career of syntheticCareers({ people, seed, market, occupations }))
    read(joinText(textify(career)), 1);
  for (const { title } of occupations) read(` ${title}`, titleWeight);
  return counts;
}
