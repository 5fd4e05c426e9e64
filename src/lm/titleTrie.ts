import { AppError } from '../platform/index.ts';

/**
 * Titles as a trie of tokens. Nodes are in preorder, so a parent comes before its children and every subtree is a
 * run of nodes; the root (the end of the prompt) is no node. A node with children is run through the model; one
 * without ends a title.
 */
export interface TitleTrie {
  readonly nodeTokens: Int32Array;
  /** Parent of each node, -1 for the root. */
  readonly nodeParents: Int32Array;
  /** Nodes in the subtree of each node, itself included; 1 where a title ends. */
  readonly subtreeSizes: Int32Array;
  /** The node that ends each title, in the order of the titles. */
  readonly titleNodes: Int32Array;
}

interface Branch {
  readonly children: Map<number, Branch>;
  readonly titles: number[];
}

/**
 * Builds the trie of titles that each end with the same token, which occurs nowhere else in them; thus no title
 * is a prefix of another. Throws `bad-input` where that does not hold, or where two titles are equal, which would
 * count their probability twice.
 */
export function titleTrie(tokenizedTitles: readonly (readonly number[])[]): TitleTrie {
  const root: Branch = { children: new Map(), titles: [] };
  const ending = tokenizedTitles.at(0)?.at(-1);
  tokenizedTitles.forEach((tokens, title) => {
    if (tokens.length < 2 || tokens.indexOf(ending ?? -1) !== tokens.length - 1)
      throw new AppError('bad-input', `Title ${title + 1} does not end with the token that ends titles.`, {
        title,
      });
    let branch = root;
    for (const token of tokens) {
      const child = branch.children.get(token) ?? { children: new Map<number, Branch>(), titles: [] };
      branch.children.set(token, child);
      branch = child;
    }
    if (branch.titles.length > 0)
      throw new AppError('bad-input', `Titles ${branch.titles[0] + 1} and ${title + 1} are the same text.`, {
        title,
        other: branch.titles[0],
      });
    branch.titles.push(title);
  });
  return flattened(root, tokenizedTitles.length);
}

function flattened(root: Branch, titles: number): TitleTrie {
  const nodeTokens: number[] = [];
  const nodeParents: number[] = [];
  const subtreeSizes: number[] = [];
  const titleNodes = new Int32Array(titles);
  const visit = (branch: Branch, parent: number): void => {
    for (const [token, child] of branch.children) {
      const node = nodeTokens.push(token) - 1;
      nodeParents.push(parent);
      subtreeSizes.push(0);
      for (const title of child.titles) titleNodes[title] = node;
      visit(child, node);
      subtreeSizes[node] = nodeTokens.length - node;
    }
  };
  visit(root, -1);
  return {
    nodeTokens: Int32Array.from(nodeTokens),
    nodeParents: Int32Array.from(nodeParents),
    subtreeSizes: Int32Array.from(subtreeSizes),
    titleNodes,
  };
}

/**
 * The trie of each title's shortest beginning that no other title has: where all must be told apart and nothing else can
 * follow, what comes after says nothing more. The sum over a beginning's nodes is the probability of all that begins so.
 */
export function decisiveTrie(trie: TitleTrie): TitleTrie {
  const titlesBelow = new Int32Array(trie.nodeTokens.length);
  for (const end of trie.titleNodes)
    for (let node = end; node >= 0; node = trie.nodeParents[node]) titlesBelow[node] += 1;
  const isKept = (node: number) => trie.nodeParents[node] < 0 || titlesBelow[trie.nodeParents[node]] > 1;
  const kept = Array.from(trie.nodeTokens.keys()).filter(isKept);
  const places = new Map(kept.map((node, place) => [node, place]));
  const nodeParents = Int32Array.from(kept, (node) => places.get(trie.nodeParents[node]) ?? -1);
  const subtreeSizes = new Int32Array(kept.length).fill(1);
  for (let node = kept.length - 1; node >= 0; node--)
    if (nodeParents[node] >= 0) subtreeSizes[nodeParents[node]] += subtreeSizes[node];
  const lastKept = (end: number): number => places.get(end) ?? lastKept(trie.nodeParents[end]);
  return {
    nodeTokens: Int32Array.from(kept, (node) => trie.nodeTokens[node]),
    nodeParents,
    subtreeSizes,
    titleNodes: trie.titleNodes.map(lastKept),
  };
}

/**
 * Cuts the trie into runs of whole subtrees of the root, `[first node, end)`, with at most `mostInnerNodes` nodes
 * that have children each (a larger subtree stays whole). Runs cover all nodes in order.
 */
export function trieRuns(trie: TitleTrie, mostInnerNodes: number): [start: number, end: number][] {
  const runs: [number, number][] = [];
  let start = 0;
  let inner = 0;
  for (let node = 0; node < trie.nodeTokens.length; node += trie.subtreeSizes[node]) {
    const end = node + trie.subtreeSizes[node];
    const count = trie.subtreeSizes.subarray(node, end).reduce((sum, size) => sum + (size > 1 ? 1 : 0), 0);
    if (inner > 0 && inner + count > mostInnerNodes) {
      runs.push([start, node]);
      [start, inner] = [node, 0];
    }
    inner += count;
  }
  if (trie.nodeTokens.length > start) runs.push([start, trie.nodeTokens.length]);
  return runs;
}
