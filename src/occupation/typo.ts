/** Misspellings allowed in a word of this length: none below 4 letters, one up to 6, two beyond. */
export function allowedTypos(length: number): number {
  if (length < 4) return 0;
  return length < 7 ? 1 : 2;
}

/**
 * Fewest insertions, deletions, replacements and swaps of neighbours that turn `typed` into *some prefix* of
 * `word` (optimal string alignment), since a person may still be typing. The first letter must be right, or
 * swapped with the second: typos there are rare, false finds are not. Returns `limit + 1` where it is more.
 */
export function prefixTypos(typed: string, word: string, limit: number): number {
  const width = Math.min(word.length, typed.length + limit);
  if (width < typed.length - limit || !isFirstLetterRight(typed, word)) return limit + 1;
  if (limit === 0) return word.startsWith(typed) ? 0 : 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: width + 1 }, (_, j) => j);
  for (let i = 1; i <= typed.length; i++) {
    const current = [i];
    for (let j = 1; j <= width; j++) {
      const isSame = typed[i - 1] === word[j - 1];
      let cost = Math.min(last[j] + 1, current[j - 1] + 1, last[j - 1] + (isSame ? 0 : 1));
      const isSwap = i > 1 && j > 1 && typed[i - 1] === word[j - 2] && typed[i - 2] === word[j - 1];
      if (isSwap) cost = Math.min(cost, beforeLast[j - 2] + 1);
      current.push(cost);
    }
    if (Math.min(...current) > limit) return limit + 1;
    beforeLast = last;
    last = current;
  }
  return Math.min(limit + 1, ...last);
}

function isFirstLetterRight(typed: string, word: string): boolean {
  return word.startsWith(typed.charAt(0)) || word.startsWith(typed.charAt(1) + typed.charAt(0));
}
