import type { TokenPick } from './decoderPass.ts';
import type { DecoderSession } from './decoderSession.ts';
import type { TitleTrie } from './titleTrie.ts';

/** A subtree with no more inner nodes than this is read at once when its root is. */
const wholeSubtree = 6;
/** Prefixes of titles that one round reads on at each place. */
const expansionsPerRound = 3;

export interface TopTitle {
  readonly title: number;
  readonly logProb: number;
}

export interface TopTitles {
  /** The most probable title at each place. */
  readonly top: readonly TopTitle[];
  readonly forwardedTokens: number;
  readonly passes: number;
}

/** What is known at one place of the text: probabilities of prefixes, of which `open` ones were not read on. */
interface Search {
  readonly anchor: number;
  /** Log probability of each node's whole prefix; NaN where unknown. */
  readonly prefixLogProbs: Float64Array;
  readonly open: Set<number>;
  readonly wasRead: Uint8Array;
  best: { node: number; logProb: number };
}

/**
 * The exact most probable title at several places of one text, by best-first search: a prefix bounds every title
 * that starts with it, so a search ends when no open prefix beats the best whole title. `anchors[i]` ≥ 1 is the
 * number of tokens before place i. All places advance together, one pass per round.
 */
export async function topTitles(
  session: DecoderSession,
  tokens: readonly number[],
  anchors: readonly number[],
  trie: TitleTrie,
  options: { signal?: AbortSignal } = {},
): Promise<TopTitles> {
  const text = tokens.slice(0, Math.max(...anchors, 1));
  const searches = anchors.map((anchor) => newSearch(anchor, trie));
  const roots = Array.from(trie.nodeParents.keys()).filter((node) => trie.nodeParents[node] < 0);
  const picks = searches.flatMap(({ anchor }) =>
    roots.map((node): TokenPick => ({ row: anchor - 1, token: trie.nodeTokens[node] })),
  );
  session.forget();
  const first = await session.forward(text, { tokens: [], parents: [], anchors: [] }, picks, options.signal);
  searches.forEach((search, index) =>
    roots.forEach((node, position) =>
      record(search, trie, node, first.logProbs[index * roots.length + position]),
    ),
  );

  let forwardedTokens = text.length;
  let passes = first.passes;
  for (;;) {
    const round = new Round(trie);
    for (const search of searches) {
      if (round.forest.tokens.length >= session.sizes.contextLength) break;
      for (const node of promising(search)) round.expand(search, node);
    }
    if (round.asked.length === 0) break;
    const result = await session.forwardMore(text, round.forest, round.picks, options.signal);
    round.asked.forEach(({ search, node }, position) =>
      record(search, trie, node, result.logProbs[position]),
    );
    forwardedTokens += round.forest.tokens.length;
    passes += result.passes;
  }
  const titleOfNode = new Map(Array.from(trie.titleNodes, (node, title) => [node, title]));
  const top = searches.map(({ best }) => ({
    title: titleOfNode.get(best.node) ?? -1,
    logProb: best.logProb,
  }));
  return { top, forwardedTokens, passes };
}

/** The nodes that one pass reads, each place with the ancestors that its nodes need. */
class Round {
  readonly forest = { tokens: [] as number[], parents: [] as number[], anchors: [] as number[] };
  readonly picks: TokenPick[] = [];
  readonly asked: { search: Search; node: number }[] = [];
  #rows = new Map<number, number>();
  #search: Search | null = null;

  constructor(private readonly trie: TitleTrie) {}

  /** Asks for the probabilities of all children of `node`, and of its whole subtree where that is small. */
  expand(search: Search, node: number): void {
    const { subtreeSizes } = this.trie;
    const inner = innerNodes(this.trie, node);
    const parents = inner.length <= wholeSubtree ? inner : [node];
    for (const parent of parents) {
      search.open.delete(parent);
      search.wasRead[parent] = 1;
      const row = this.#rowOf(search, parent);
      for (let child = parent + 1; child < parent + subtreeSizes[parent]; child += subtreeSizes[child]) {
        this.asked.push({ search, node: child });
        this.picks.push({ row, token: this.trie.nodeTokens[child] });
      }
    }
  }

  #rowOf(search: Search, node: number): number {
    if (search !== this.#search) {
      this.#search = search;
      this.#rows = new Map();
    }
    const known = this.#rows.get(node);
    if (known !== undefined) return known;
    const parent = this.trie.nodeParents[node];
    this.forest.parents.push(parent < 0 ? -1 : this.#rowOf(search, parent));
    this.forest.anchors.push(search.anchor);
    const row = this.forest.tokens.push(this.trie.nodeTokens[node]) - 1;
    this.#rows.set(node, row);
    return row;
  }
}

function newSearch(anchor: number, trie: TitleTrie): Search {
  return {
    anchor,
    prefixLogProbs: new Float64Array(trie.nodeTokens.length).fill(NaN),
    open: new Set(),
    wasRead: new Uint8Array(trie.nodeTokens.length),
    best: { node: -1, logProb: -Infinity },
  };
}

/** Nodes of a subtree that have children. */
function innerNodes({ subtreeSizes }: TitleTrie, root: number): number[] {
  return Array.from({ length: subtreeSizes[root] }, (_, index) => root + index).filter(
    (node) => subtreeSizes[node] > 1,
  );
}

/** Takes in the probability of a node after its parent, whose prefix is known. */
function record(search: Search, trie: TitleTrie, node: number, logProb: number): void {
  const parent = trie.nodeParents[node];
  const prefix = logProb + (parent < 0 ? 0 : search.prefixLogProbs[parent]);
  search.prefixLogProbs[node] = prefix;
  if (trie.subtreeSizes[node] > 1) {
    if (search.wasRead[node] === 0) search.open.add(node);
  } else if (prefix > search.best.logProb) search.best = { node, logProb: prefix };
}

/** The most probable open prefixes that may still lead to a better title than the best one so far. */
function promising({ open, prefixLogProbs, best }: Search): number[] {
  return [...open]
    .filter((node) => prefixLogProbs[node] > best.logProb)
    .sort((a, b) => prefixLogProbs[b] - prefixLogProbs[a])
    .slice(0, expansionsPerRound);
}
