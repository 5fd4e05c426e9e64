import type { TokenForest, TokenPick } from './decoderPass.ts';
import type { DecoderSession } from './decoderSession.ts';
import { innerNodes, pathSums } from './titleScoring.ts';
import type { TitleTrie } from './titleTrie.ts';

/** Nodes of all places that one pass reads; attention over them costs their square. */
const nodesPerPass = 512;

export interface PlaceScores {
  /** `[places × titles]`: natural log of each title's probability at each place, its ending token included. */
  readonly logProbs: Float64Array;
  readonly forwardedTokens: number;
}

/**
 * The exact probability of every title of a small trie at several places of one text, which is read once. `anchors[i]` ≥ 1
 * is the number of tokens before place i. Costs the trie's inner nodes at every place; aborts between passes.
 */
export async function scorePlaces(
  session: DecoderSession,
  tokens: readonly number[],
  anchors: readonly number[],
  trie: TitleTrie,
  options: { signal?: AbortSignal } = {},
): Promise<PlaceScores> {
  const nodes = trie.nodeTokens.length;
  const nodeLogProbs = anchors.map(() => new Float64Array(nodes));
  const isRoot = (node: number) => trie.nodeParents[node] < 0;
  const [roots, others] = [true, false].map((wanted) =>
    Array.from(trie.nodeParents.keys()).filter((node) => isRoot(node) === wanted),
  );
  const text = tokens.slice(0, Math.max(1, ...anchors));
  session.forget();
  const begins = roots.map((node) => trie.nodeTokens[node]);
  // Titles that all begin alike have a probability of 1 everywhere, as a buffer that was never written has: with a token
  // that no title begins with, the two can be told apart.
  const asked = begins.length > 1 ? begins : [...begins, begins.includes(0) ? 1 : 0];
  const rootPicks = anchors.flatMap((anchor) =>
    asked.map((token): TokenPick => ({ row: anchor - 1, token })),
  );
  const none: TokenForest = { tokens: [], parents: [], anchors: [] };
  const { logProbs } = await session.forward(text, none, rootPicks, options.signal);
  nodeLogProbs.forEach((own, place) => {
    roots.forEach((node, i) => {
      own[node] = logProbs[place * asked.length + i];
    });
  });

  const { forest, rowOfNode } = innerNodes(trie, 0, nodes, 0);
  const inner = forest.tokens.length;
  const placesPerPass = Math.max(1, Math.floor(nodesPerPass / Math.max(1, inner)));
  for (let start = 0; start < anchors.length && inner > 0; start += placesPerPass) {
    const places = anchors.slice(start, start + placesPerPass);
    const picks = places.flatMap((_, place) =>
      others.map((node): TokenPick => {
        const row = place * inner + rowOfNode[trie.nodeParents[node]];
        return { row, token: trie.nodeTokens[node] };
      }),
    );
    const more = await session.forwardMore(text, repeated(forest, places), picks, options.signal);
    picks.forEach((_, i) => {
      nodeLogProbs[start + Math.floor(i / others.length)][others[i % others.length]] = more.logProbs[i];
    });
  }
  const titles = trie.titleNodes.length;
  const scores = new Float64Array(anchors.length * titles);
  nodeLogProbs.forEach((own, place) => scores.set(pathSums(trie, own), place * titles));
  return { logProbs: scores, forwardedTokens: text.length + inner * anchors.length };
}

/** The forest once more at each place, one after another. */
function repeated(forest: TokenForest, places: readonly number[]): TokenForest {
  const inner = forest.tokens.length;
  return {
    tokens: places.flatMap(() => forest.tokens),
    parents: places.flatMap((_, place) =>
      forest.parents.map((parent) => (parent < 0 ? -1 : place * inner + parent)),
    ),
    anchors: places.flatMap((anchor) => forest.tokens.map(() => anchor)),
  };
}
