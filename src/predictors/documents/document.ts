import { textify, type CareerHistory, type TemplateOptions, type TextPiece } from '../../career/index.ts';

/** Turns a piece of text into tokens; no token spans two pieces. */
export interface PieceEncoder {
  encode(piece: TextPiece): readonly number[];
}

/** A text as tokens. */
export interface TokenDocument {
  readonly tokens: Uint32Array;
  /** `weights[i]`: weight in the loss of predicting token i. */
  readonly weights: Float32Array;
  /** The tokens of every title, with the one that ends it: `start` … `end` − 1. */
  readonly titles: readonly { readonly start: number; readonly end: number }[];
  /** By the position of the token whose place they take. */
  readonly lessons: ReadonlyMap<number, Lesson>;
}

/** What a teacher would have expected in the place of a token. */
export interface Lesson {
  /** Tokens drawn from the teacher's distribution. */
  tokens: readonly number[];
  /** Part of the token's weight that they share; the rest is the token's own. */
  share: number;
}

/** A piece of text and the loss weight of each of its tokens. `lesson`: in the place of its first token. */
export interface WeightedPiece extends TextPiece {
  weight: number;
  lesson?: Lesson;
}

/** Joins pieces into one document. `titlePieces`: which of them are titles; the piece after a title ends it. */
export function encodeDocument(
  pieces: readonly WeightedPiece[],
  encoder: PieceEncoder,
  titlePieces: readonly number[] = [],
): TokenDocument {
  const tokens: number[] = [];
  const weights: number[] = [];
  const lessons = new Map<number, Lesson>();
  const starts: number[] = [];
  for (const piece of pieces) {
    starts.push(tokens.length);
    if (piece.lesson) lessons.set(tokens.length, piece.lesson);
    for (const token of encoder.encode(piece)) {
      tokens.push(token);
      weights.push(piece.weight);
    }
  }
  starts.push(tokens.length);
  const titles = titlePieces.map((piece) => ({ start: starts[piece], end: starts[piece + 2] }));
  return { tokens: Uint32Array.from(tokens), weights: Float32Array.from(weights), titles, lessons };
}

/** What training does to a career. */
export interface Targets {
  /** Observations whose titles are context only. Default: none. */
  isTarget?: (observation: number) => boolean;
  /** Titles that a teacher expects in the place of the observed one. Only their first tokens count. */
  taughtTitles?: (observation: number) => readonly string[];
  /** Part of a title's weight that the taught ones share. */
  taughtShare?: number;
  template?: TemplateOptions;
}

/**
 * A career whose titles (and title-ending tokens) weigh 1, and whose other tokens weigh `structureWeight`: 0 learns
 * titles only, 1 the whole text.
 */
export function careerDocument(
  career: CareerHistory,
  encoder: PieceEncoder,
  structureWeight: number,
  { isTarget = () => true, taughtTitles = () => [], taughtShare: share = 0, template = {} }: Targets = {},
): TokenDocument {
  const text = textify(career, template);
  const pieces = text.pieces.map((piece): WeightedPiece => ({ ...piece, weight: structureWeight }));
  const firstObservation = career.observations.length - text.titlePieces.length;
  text.titlePieces.forEach((at, index) => {
    const observation = firstObservation + index;
    const weight = isTarget(observation) ? 1 : 0;
    const taught = taughtTitles(observation);
    pieces[at].weight = weight;
    pieces[at + 1].weight = weight;
    const tokens = taught.map((title) => encoder.encode({ text: ` ${title}`, verbatim: true })[0]);
    if (tokens.length > 0) pieces[at].lesson = { tokens, share };
  });
  return encodeDocument(pieces, encoder, text.titlePieces);
}

/** A 32-bit FNV-1a hash of tokens and weights, to tell one set of documents from another. Not for secrets. */
export function contentHash(documents: readonly TokenDocument[]): number {
  let hash = 0x811c9dc5;
  const mix = (word: number): void => {
    hash = Math.imul(hash ^ word, 0x01000193);
  };
  for (const { tokens, weights } of documents) {
    mix(tokens.length);
    for (const token of tokens) mix(token);
    for (const bits of new Uint32Array(weights.buffer, weights.byteOffset, weights.length)) mix(bits);
  }
  return hash >>> 0;
}
