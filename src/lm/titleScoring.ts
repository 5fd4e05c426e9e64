import { AppError } from '../platform/index.ts';
import type { TokenForest, TokenPick } from './decoderPass.ts';
import type { DecoderSession } from './decoderSession.ts';
import { trieRuns, type TitleTrie } from './titleTrie.ts';

/** Nodes per pass on a processor: there attention over n nodes costs n², while a pass costs little by itself. */
const nodesPerProcessorPass = 160;

export interface TitleScores {
  /** Natural log of each title's probability after the prompt, title-ending token included. */
  readonly logProbs: Float64Array;
  readonly promptTokens: number;
  /** Prompt tokens whose keys and values came from the cache of the call before. */
  readonly reusedTokens: number;
  /** Nodes of the trie that were run through the model. */
  readonly forwardedNodes: number;
  readonly passes: number;
}

/** The exact probability of every title of the trie after a prompt. Aborts between passes. */
export async function scoreTitles(
  session: DecoderSession,
  prompt: readonly number[],
  trie: TitleTrie,
  options: { signal?: AbortSignal; nodesPerPass?: number } = {},
): Promise<TitleScores> {
  if (prompt.length === 0) throw new AppError('bad-input', 'There is no text to continue.');
  const nodesPerPass =
    options.nodesPerPass ??
    (session.prefersLargePasses ? session.sizes.contextLength : nodesPerProcessorPass);
  const nodeLogProbs = new Float64Array(trie.nodeTokens.length);
  let reusedTokens = 0;
  let forwardedNodes = 0;
  let passes = 0;
  const runs = trieRuns(trie, nodesPerPass);
  for (const [index, [start, end]] of runs.entries()) {
    const { forest, rowOfNode } = innerNodes(trie, start, end, prompt.length);
    const isFirst = index === 0;
    const offset = isFirst ? prompt.length : 0;
    const asked = askedNodes(trie, start, end, isFirst);
    const picks = asked.map((node): TokenPick => {
      const parent = trie.nodeParents[node];
      const row = parent < 0 ? prompt.length - 1 : offset + rowOfNode[parent - start];
      return { row, token: trie.nodeTokens[node] };
    });
    const result = isFirst
      ? await session.forward(prompt, forest, picks, options.signal)
      : await session.forwardMore(prompt, forest, picks, options.signal);
    asked.forEach((node, position) => (nodeLogProbs[node] = result.logProbs[position]));
    if (isFirst) reusedTokens = result.reusedTokens;
    forwardedNodes += forest.tokens.length;
    passes += result.passes;
  }
  const logProbs = pathSums(trie, nodeLogProbs);
  return { logProbs, promptTokens: prompt.length, reusedTokens, forwardedNodes, passes };
}

/** Nodes of a run that have children, as a forest after the prompt. */
export function innerNodes(trie: TitleTrie, start: number, end: number, anchor: number) {
  const rowOfNode = new Int32Array(end - start).fill(-1);
  const tokens: number[] = [];
  const parents: number[] = [];
  for (let node = start; node < end; node++) {
    if (trie.subtreeSizes[node] === 1) continue;
    const parent = trie.nodeParents[node];
    parents.push(parent < 0 ? -1 : rowOfNode[parent - start]);
    rowOfNode[node - start] = tokens.push(trie.nodeTokens[node]) - 1;
  }
  const forest: TokenForest = { tokens, parents, anchors: tokens.map(() => anchor) };
  return { forest, rowOfNode };
}

/** Nodes whose parent is in the run; with the first run also those straight after the prompt. */
function askedNodes(trie: TitleTrie, start: number, end: number, isFirst: boolean): number[] {
  const asked: number[] = [];
  trie.nodeParents.forEach((parent, node) => {
    if (parent < 0 ? isFirst : parent >= start && parent < end) asked.push(node);
  });
  return asked;
}

/** For each title, the sum over the nodes from the root to its end. */
export function pathSums(trie: TitleTrie, nodeLogProbs: Float64Array): Float64Array {
  const sums = nodeLogProbs.slice();
  for (let node = 0; node < sums.length; node++) {
    const parent = trie.nodeParents[node];
    if (parent >= 0) sums[node] += sums[parent];
  }
  return Float64Array.from(trie.titleNodes, (node) => sums[node]);
}

/** Three views of one answer. `raw` sums to `validMass` ≤ 1; `renormalised` sums to 1. */
export interface TitleDistribution {
  readonly raw: Float64Array;
  readonly renormalised: Float64Array;
  readonly validMass: number;
}

/** Probabilities from log probabilities; renormalised in log space, so that tiny masses do not vanish. */
export function titleDistribution(logProbs: Float64Array): TitleDistribution {
  const highest = logProbs.reduce((most, value) => Math.max(most, value), -Infinity);
  const relative = logProbs.map((logProb) => Math.exp(logProb - highest));
  const sum = relative.reduce((total, value) => total + value, 0);
  return {
    raw: logProbs.map((logProb) => Math.exp(logProb)),
    renormalised: relative.map((value) => value / sum),
    validMass: Math.exp(highest) * sum,
  };
}
