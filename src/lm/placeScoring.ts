import type { TokenForest, TokenPick } from './decoderPass.ts';
import type { DecoderSession } from './decoderSession.ts';
import { innerNodes, pathSums } from './titleScoring.ts';
import type { TitleTrie } from './titleTrie.ts';

/** Nodes of all places that one pass reads: attention over them costs their square, which a GPU minds less than a pass. */
const nodesPerPass = { processor: 160, gpu: 512 };

export interface PlaceScores {
  /** `[places × titles]`: natural log of each title's probability at each place, with every token that the trie has of it. */
  readonly logProbs: Float64Array;
  /** `[places × hiddenSize]`: the model's final hidden state before each place. */
  readonly hiddenStates: Float32Array;
  readonly forwardedTokens: number;
}

/**
 * The exact probability of every title of a small trie at several places of one text, which is read once. `anchors[i]` ≥ 1,
 * ascending, is the number of tokens before place i. Costs the trie's inner nodes at every place; aborts between passes.
 */
export async function scorePlaces(
  session: DecoderSession,
  tokens: readonly number[],
  anchors: readonly number[],
  trie: TitleTrie,
  options: { signal?: AbortSignal } = {},
): Promise<PlaceScores> {
  const { signal } = options;
  const text = tokens.slice(0, Math.max(1, ...anchors));
  const roots = nodesWhere(trie, (parent) => parent < 0);
  const branches = nodesWhere(trie, (parent) => parent >= 0);
  const { forest, rowOfNode } = innerNodes(trie, 0, trie.nodeTokens.length, 0);
  const inner = forest.tokens.length;
  const most = session.prefersLargePasses ? nodesPerPass.gpu : nodesPerPass.processor;
  const placesPerPass = inner === 0 ? anchors.length : Math.max(1, Math.floor(most / inner));
  const branchPicks = (places: number, firstRow: number) =>
    Array.from({ length: places }).flatMap((_, place) =>
      branches.map((node): TokenPick => {
        const row = firstRow + place * inner + rowOfNode[trie.nodeParents[node]];
        return { row, token: trie.nodeTokens[node] };
      }),
    );
  const nodeLogProbs = anchors.map(() => new Float64Array(trie.nodeTokens.length));
  const keep = (nodes: readonly number[], firstPlace: number, logProbs: Float32Array) =>
    logProbs.forEach((logProb, i) => {
      nodeLogProbs[firstPlace + Math.floor(i / nodes.length)][nodes[i % nodes.length]] = logProb;
    });

  const begins = roots.map((node) => trie.nodeTokens[node]);
  // Titles that all begin alike have a probability of 1 everywhere, as a buffer that was never written has: with a token
  // that no title begins with, the two can be told apart.
  const spare = begins.length > 1 ? [] : [{ row: anchors[0] - 1, token: begins.includes(0) ? 1 : 0 }];
  const rootPicks = anchors.flatMap((anchor) =>
    begins.map((token): TokenPick => ({ row: anchor - 1, token })),
  );
  const first = inner > most ? [] : anchors.slice(0, placesPerPass);
  const picks = [...rootPicks, ...branchPicks(first.length, text.length), ...spare];
  const read = await session.forwardWithStates(text, repeated(forest, first), picks, signal);
  keep(roots, 0, read.logProbs.subarray(0, rootPicks.length));
  keep(branches, 0, read.logProbs.subarray(rootPicks.length, picks.length - spare.length));
  for (let start = first.length; start < anchors.length; start += placesPerPass) {
    const places = anchors.slice(start, start + placesPerPass);
    const asked = branchPicks(places.length, 0);
    keep(
      branches,
      start,
      (await session.forwardMore(text, repeated(forest, places), asked, signal)).logProbs,
    );
  }
  const titles = trie.titleNodes.length;
  const logProbs = new Float64Array(anchors.length * titles);
  nodeLogProbs.forEach((own, place) => logProbs.set(pathSums(trie, own), place * titles));
  return {
    logProbs,
    hiddenStates: read.headStates.subarray(0, anchors.length * session.sizes.hiddenSize),
    forwardedTokens: text.length + inner * anchors.length,
  };
}

function nodesWhere(trie: TitleTrie, belongs: (parent: number) => boolean): number[] {
  return Array.from(trie.nodeParents.keys()).filter((node) => belongs(trie.nodeParents[node]));
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
