import { textify, type CareerHistory, type TextPiece } from '../../src/career/index.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A text as tokens. `weights[i]` is the weight in the loss of predicting token i; `lessons` by position. */
export interface Document {
  tokens: Uint16Array;
  weights: Float32Array;
  lessons: ReadonlyMap<number, Lesson>;
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

/** Joins pieces into one document. */
export function encodeDocument(pieces: readonly WeightedPiece[], vocabulary: Vocabulary): Document {
  const tokens: number[] = [];
  const weights: number[] = [];
  const lessons = new Map<number, Lesson>();
  for (const piece of pieces) {
    if (piece.lesson) lessons.set(tokens.length, piece.lesson);
    for (const token of vocabulary.encode(piece)) {
      tokens.push(token);
      weights.push(piece.weight);
    }
  }
  return { tokens: Uint16Array.from(tokens), weights: Float32Array.from(weights), lessons };
}

/** What training does to single observations of a career. */
export interface Targets {
  /** Titles that are context only. Default: none. */
  isTarget?: (observation: number) => boolean;
  /** Titles that a teacher expects in the place of the observed one. Only their first tokens count. */
  taughtTitles?: (observation: number) => readonly string[];
  /** Part of a title's weight that the taught ones share. */
  taughtShare?: number;
}

/** A career whose titles (and title-ending tokens) weigh 1, and whose other tokens weigh `structureWeight`. */
export function careerDocument(
  career: CareerHistory,
  vocabulary: Vocabulary,
  structureWeight: number,
  { isTarget = () => true, taughtTitles = () => [], taughtShare: share = 0 }: Targets = {},
): Document {
  const text = textify(career);
  const pieces = text.pieces.map((piece): WeightedPiece => ({ ...piece, weight: structureWeight }));
  text.titlePieces.forEach((at, observation) => {
    const weight = isTarget(observation) ? 1 : 0;
    const taught = taughtTitles(observation);
    pieces[at].weight = weight;
    pieces[at + 1].weight = weight;
    const tokens = taught.map((title) => vocabulary.encode({ text: ` ${title}`, verbatim: true })[0]);
    if (tokens.length > 0) pieces[at].lesson = { tokens, share };
  });
  return encodeDocument(pieces, vocabulary);
}
