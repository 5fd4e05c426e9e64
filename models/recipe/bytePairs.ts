/**
 * Byte-level byte-pair encoding: training of the merges, and encoding with them.
 * Symbols are written in GPT-2's printable byte alphabet, so that the merges go into
 * `tokenizer.json` as they are.
 */

/** Printable character for each byte 0..255 (GPT-2's table: printable bytes stand for themselves). */
export const byteSymbols: readonly string[] = (() => {
  const isPrintable = (byte: number) =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
})();

const utf8 = new TextEncoder();

/** The text's UTF-8 bytes in the printable alphabet, one symbol a byte. */
export function toSymbols(text: string): string[] {
  return Array.from(utf8.encode(text), (byte) => byteSymbols[byte]);
}

export type Merge = readonly [left: string, right: string];

interface Unit {
  symbols: string[];
  count: number;
}

/**
 * Learns merges from units (strings with their weights): always the pair with the largest total weight,
 * ties by the pair's own text so that the result never depends on map order. Merges never cross the
 * borders of a unit. `earlier` merges are applied first and come first in the result. `symbolsOf` cuts a unit into
 * what is merged: bytes, unless it says otherwise.
 */
export function trainMerges(
  counts: ReadonlyMap<string, number>,
  mergeCount: number,
  earlier: readonly Merge[] = [],
  symbolsOf: (text: string) => string[] = toSymbols,
): Merge[] {
  const earlierRanks = ranks(earlier);
  const units: Unit[] = [...counts].map(([text, count]) => ({
    symbols: mergedSymbols(symbolsOf(text), earlierRanks),
    count,
  }));
  const pairCounts = new Map<string, number>();
  const unitsOfPair = new Map<string, Set<Unit>>();
  const tally = (unit: Unit, sign: 1 | -1) => {
    for (let i = 0; i + 1 < unit.symbols.length; i++) {
      const pair = `${unit.symbols[i]} ${unit.symbols[i + 1]}`;
      pairCounts.set(pair, (pairCounts.get(pair) ?? 0) + sign * unit.count);
      if (sign > 0) {
        const members = unitsOfPair.get(pair);
        if (members) members.add(unit);
        else unitsOfPair.set(pair, new Set([unit]));
      }
    }
  };
  for (const unit of units) tally(unit, 1);

  const merges: Merge[] = [...earlier];
  while (merges.length < earlier.length + mergeCount) {
    let best = '';
    let bestCount = 0;
    for (const [pair, count] of pairCounts) {
      if (count > bestCount || (count === bestCount && best !== '' && pair < best)) {
        best = pair;
        bestCount = count;
      }
    }
    if (best === '') break;
    const [left, right] = best.split(' ');
    merges.push([left, right]);
    for (const unit of unitsOfPair.get(best) ?? []) {
      tally(unit, -1);
      unit.symbols = mergePair(unit.symbols, left, right);
      tally(unit, 1);
    }
    pairCounts.delete(best);
    unitsOfPair.delete(best);
  }
  return merges;
}

function mergePair(symbols: readonly string[], left: string, right: string): string[] {
  const merged: string[] = [];
  for (let i = 0; i < symbols.length; i++) {
    if (symbols[i] === left && symbols[i + 1] === right) {
      merged.push(left + right);
      i++;
    } else {
      merged.push(symbols[i]);
    }
  }
  return merged;
}

/** Place of each merge in the order in which they are applied. */
export function ranks(merges: readonly Merge[]): Map<string, number> {
  return new Map(merges.map(([left, right], rank) => [`${left} ${right}`, rank]));
}

/** Encodes text into symbols by applying merges in the order in which they were learned. */
export function applyMerges(text: string, rankOf: ReadonlyMap<string, number>): string[] {
  return mergedSymbols(toSymbols(text), rankOf);
}

function mergedSymbols(unmerged: string[], rankOf: ReadonlyMap<string, number>): string[] {
  let symbols = unmerged;
  for (;;) {
    let best = -1;
    let bestRank = Infinity;
    for (let i = 0; i + 1 < symbols.length; i++) {
      const rank = rankOf.get(`${symbols[i]} ${symbols[i + 1]}`);
      if (rank !== undefined && rank < bestRank) {
        bestRank = rank;
        best = i;
      }
    }
    if (best < 0) return symbols;
    symbols = mergePair(symbols, symbols[best], symbols[best + 1]);
  }
}
