import { AppError } from '../platform/index.ts';
import type { DecoderSizes } from './decoderGraph.ts';
import type { TokenForest, TokenPick } from './decoderPass.ts';

/** Arrays of one size that are alive at once where memory peaks: scores, masked scores and weights; or logits thrice. */
const arraysAlive = 3;
const floatBytes = 4;

/** One run of the scoring graph out of several that together answer one question. */
export interface PlannedPass {
  /** Rows of the text that come from the cache. */
  readonly reusedLength: number;
  /** Rows of the text that the cache holds after it; those between are read by this pass. */
  readonly textLength: number;
  readonly forest: TokenForest;
  /** Rows count from the first that the pass runs. */
  readonly picks: readonly TokenPick[];
  /** Which of the asked picks each of them answers. */
  readonly owners: readonly number[];
}

/** What is asked: the rest of a text after `reusedLength` tokens, and a forest after it; rows count from there. */
export interface PassQuestion {
  readonly textLength: number;
  readonly reusedLength: number;
  readonly forest: TokenForest;
  readonly picks: readonly TokenPick[];
}

/**
 * Most rows that a pass may run after `reusedLength` cached ones: three arrays of rows · heads · visible rows floats, which
 * attention holds in each layer, stay within the budget.
 */
export function mostRows(sizes: DecoderSizes, memoryBudgetBytes: number, reusedLength: number): number {
  const pairs = memoryBudgetBytes / (arraysAlive * floatBytes * sizes.heads);
  // rows · (reused + rows) ≤ pairs
  const rows = Math.floor((Math.sqrt(reusedLength ** 2 + 4 * pairs) - reusedLength) / 2);
  return Math.max(1, Math.min(rows, sizes.mostRows));
}

/** Most rows of a pass on which the head may run: three arrays of rows · vocabulary floats stay within the budget. */
export function mostHeadRows({ vocabSize }: DecoderSizes, memoryBudgetBytes: number): number {
  return Math.max(1, Math.floor(memoryBudgetBytes / (arraysAlive * floatBytes * vocabSize)));
}

/**
 * Cuts a question into passes that each stay within the budget, in the order in which they must run: first the text, whose
 * rows go to the cache, then the forest, as much of it as fits with the last of the text. A node that comes after one
 * of an earlier pass brings its ancestors along, which are run again. Throws `bad-input` where a node's ancestors
 * alone do not fit.
 */
export function planPasses(
  sizes: DecoderSizes,
  memoryBudgetBytes: number,
  { textLength, reusedLength, forest, picks }: PassQuestion,
): PlannedPass[] {
  const fresh = textLength - reusedLength;
  const picksOfRow = new Map<number, number[]>();
  picks.forEach(({ row }, pick) => {
    const known = picksOfRow.get(row);
    if (known) known.push(pick);
    else picksOfRow.set(row, [pick]);
  });
  const passes: PlannedPass[] = [];
  let reused = reusedLength;
  let node = 0;
  while (reused < textLength || node < forest.tokens.length) {
    const room = {
      rows: mostRows(sizes, memoryBudgetBytes, reused),
      headRows: mostHeadRows(sizes, memoryBudgetBytes),
    };
    const piece = new Piece(forest, picksOfRow, fresh, room);
    const first = reused - reusedLength;
    const end = reused + piece.takeText(first, fresh);
    if (end === textLength) node = piece.takeNodes(node);
    passes.push(piece.pass(picks, reused, end));
    reused = end;
  }
  return passes;
}

/** What one pass takes: rows of the text, then nodes. */
class Piece {
  readonly #nodes = new Map<number, number>();
  readonly #forest = { tokens: [] as number[], parents: [] as number[], anchors: [] as number[] };
  /** Asked rows, and where they stand in this pass. */
  readonly #asked: { row: number; place: number }[] = [];
  #textRows = 0;

  constructor(
    private readonly forest: TokenForest,
    private readonly picksOfRow: ReadonlyMap<number, readonly number[]>,
    private readonly fresh: number,
    private readonly room: { readonly rows: number; readonly headRows: number },
  ) {}

  /** Takes rows `[first, end)` of the text as far as there is room; gives how many. */
  takeText(first: number, end: number): number {
    for (let row = first; row < end && this.#hasRoom(1, row); row++) {
      this.#ask(row, this.#textRows);
      this.#textRows++;
    }
    return this.#textRows;
  }

  /** Takes nodes from `first` on as far as there is room; gives the first that was not taken. */
  takeNodes(first: number): number {
    for (let node = first; node < this.forest.tokens.length; node++) {
      const path = this.#missingPath(node);
      const row = this.fresh + node;
      if (!this.#hasRoom(path.length, row)) {
        if (this.#textRows + this.#nodes.size === 0)
          throw new AppError(
            'bad-input',
            `A title of more than ${this.room.rows} tokens does not fit the memory budget.`,
            {
              rows: this.room.rows,
            },
          );
        return node;
      }
      for (const step of path) this.#add(step);
      this.#ask(row, this.#textRows + (this.#nodes.get(node) ?? 0));
    }
    return this.forest.tokens.length;
  }

  pass(picks: readonly TokenPick[], reusedLength: number, textLength: number): PlannedPass {
    const owners = this.#asked.flatMap(({ row }) => this.picksOfRow.get(row) ?? []);
    const placeOf = new Map(this.#asked.map(({ row, place }) => [row, place]));
    const local = owners.map((pick): TokenPick => {
      const { row, token } = picks[pick];
      return { row: placeOf.get(row) ?? 0, token };
    });
    return { reusedLength, textLength, forest: this.#forest, picks: local, owners };
  }

  #hasRoom(rows: number, row: number): boolean {
    const heads = this.picksOfRow.has(row) ? 1 : 0;
    return (
      this.#textRows + this.#nodes.size + rows <= this.room.rows &&
      this.#asked.length + heads <= this.room.headRows
    );
  }

  #ask(row: number, place: number): void {
    if (this.picksOfRow.has(row)) this.#asked.push({ row, place });
  }

  /** The node and those of its ancestors that are not here yet, from above. */
  #missingPath(node: number): number[] {
    const path: number[] = [];
    for (let at = node; at >= 0 && !this.#nodes.has(at); at = this.forest.parents[at]) path.unshift(at);
    return path;
  }

  #add(node: number): void {
    const parent = this.forest.parents[node];
    this.#nodes.set(node, this.#nodes.size);
    this.#forest.tokens.push(this.forest.tokens[node]);
    this.#forest.parents.push(parent < 0 ? -1 : (this.#nodes.get(parent) ?? -1));
    this.#forest.anchors.push(this.forest.anchors[node]);
  }
}
