import { AppError } from '../platform/index.ts';
import type { DecoderSizes } from './decoderGraph.ts';

/** Added to a score that a token may not see; its exponential is 0 in float32 and in float16. */
const hidden = -30_000;

/**
 * Continuations of a text as a forest: node i comes after node `parents[i]` < i, or, where that is -1, straight
 * after the first `anchors[i]` tokens of the text. A node's anchor is that of its parent.
 */
export interface TokenForest {
  readonly tokens: readonly number[];
  readonly parents: readonly number[];
  readonly anchors: readonly number[];
}

/** A question to the model: how probable is `token` after row `row` of a pass? */
export interface TokenPick {
  readonly row: number;
  readonly token: number;
}

/** Everything that one run of the scoring graph needs, as plain arrays. */
export interface DecoderPass {
  readonly inputIds: BigInt64Array;
  readonly positionIds: BigInt64Array;
  /** `[rows, reused + rows]` */
  readonly attentionBias: Float32Array;
  /** Rows of the cached text that this pass sees. */
  readonly reusedLength: number;
  /** Rows of the text whose keys and values are worth keeping. */
  readonly keptLength: number;
  readonly headRows: BigInt64Array;
  readonly picks: BigInt64Array;
  readonly pickRows: BigInt64Array;
}

/**
 * A pass over the rest of a text, of which the first `reusedLength` tokens are in the cache, and over
 * continuations of it. Row r of the pass is `text[reusedLength + r]`, then come the forest's nodes.
 */
export function decoderPass(
  sizes: DecoderSizes,
  text: readonly number[],
  reusedLength: number,
  forest: TokenForest,
  picks: readonly TokenPick[],
): DecoderPass {
  const fresh = text.length - reusedLength;
  const rows = fresh + forest.tokens.length;
  const inputIds = new BigInt64Array(rows);
  const positionIds = new BigInt64Array(rows);
  for (let row = 0; row < fresh; row++) {
    inputIds[row] = BigInt(text[reusedLength + row]);
    positionIds[row] = BigInt(reusedLength + row);
  }
  for (let node = 0; node < forest.tokens.length; node++) {
    const parent = forest.parents[node];
    const position = parent < 0 ? forest.anchors[node] : Number(positionIds[fresh + parent]) + 1;
    inputIds[fresh + node] = BigInt(forest.tokens[node]);
    positionIds[fresh + node] = BigInt(position);
  }
  const attentionBias = visibility(reusedLength, fresh, forest);
  return {
    inputIds,
    positionIds,
    attentionBias,
    reusedLength,
    keptLength: text.length,
    ...heads(picks, sizes),
  };
}

/** Throws `bad-input` where a token would stand beyond the model's context. */
export function checkContext(
  { contextLength }: DecoderSizes,
  textLength: number,
  { parents, anchors }: TokenForest,
): void {
  const positions = new Int32Array(parents.length);
  let tokens = textLength;
  for (let node = 0; node < parents.length; node++) {
    positions[node] = parents[node] < 0 ? anchors[node] : positions[parents[node]] + 1;
    tokens = Math.max(tokens, positions[node] + 1);
  }
  if (tokens > contextLength)
    throw new AppError('bad-input', 'This career is longer than the model can read.', {
      tokens,
      limit: contextLength,
    });
}

/** Text rows see the text before them; a node sees the text up to its anchor, its ancestors and itself. */
function visibility(reusedLength: number, fresh: number, forest: TokenForest): Float32Array {
  const columns = reusedLength + fresh + forest.tokens.length;
  const bias = new Float32Array((fresh + forest.tokens.length) * columns);
  for (let row = 0; row < fresh; row++)
    bias.fill(hidden, row * columns + reusedLength + row + 1, (row + 1) * columns);
  for (let node = 0; node < forest.tokens.length; node++) {
    const start = (fresh + node) * columns;
    const parent = forest.parents[node];
    if (parent < 0) bias.fill(hidden, start + forest.anchors[node], start + columns);
    else bias.copyWithin(start, (fresh + parent) * columns, (fresh + parent + 1) * columns);
    bias[start + reusedLength + fresh + node] = 0;
  }
  return bias;
}

/** The head runs once per distinct row. */
function heads(
  picks: readonly TokenPick[],
  { vocabSize }: DecoderSizes,
): Pick<DecoderPass, 'headRows' | 'picks' | 'pickRows'> {
  const indices = new Map<number, number>();
  const flat = new BigInt64Array(picks.length);
  const pickRows = new BigInt64Array(picks.length);
  picks.forEach(({ row, token }, position) => {
    const index = indices.get(row) ?? indices.size;
    indices.set(row, index);
    flat[position] = BigInt(index * vocabSize + token);
    pickRows[position] = BigInt(index);
  });
  return { headRows: BigInt64Array.from(indices.keys(), BigInt), picks: flat, pickRows };
}
