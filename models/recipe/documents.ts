import { textify, type CareerHistory, type TextPiece } from '../../src/career/index.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * A text as tokens. `targets[i]` is what the model should predict in the place of token i: the token itself, or
 * another one that the teacher drew. `weights[i]` is the weight of that in the loss.
 */
export interface Document {
  tokens: Uint16Array;
  targets: Uint16Array;
  weights: Float32Array;
}

/** A piece of text and the loss weight of each of its tokens. `taught`: the target in the place of its first token. */
export interface WeightedPiece extends TextPiece {
  weight: number;
  taught?: number;
}

/** Joins pieces into one document. */
export function encodeDocument(pieces: readonly WeightedPiece[], vocabulary: Vocabulary): Document {
  const tokens: number[] = [];
  const targets: number[] = [];
  const weights: number[] = [];
  for (const piece of pieces)
    vocabulary.encode(piece).forEach((token, i) => {
      tokens.push(token);
      targets.push(i === 0 ? (piece.taught ?? token) : token);
      weights.push(piece.weight);
    });
  return {
    tokens: Uint16Array.from(tokens),
    targets: Uint16Array.from(targets),
    weights: Float32Array.from(weights),
  };
}

/** What training does to single observations of a career. */
export interface Targets {
  /** Titles that are context only. Default: none. */
  isTarget?: (observation: number) => boolean;
  /** A title to be predicted in the place of the observed one, or null. Only its first token counts. */
  taughtTitle?: (observation: number) => string | null;
}

/** A career whose titles (and title-ending tokens) weigh 1, and whose other tokens weigh `structureWeight`. */
export function careerDocument(
  career: CareerHistory,
  vocabulary: Vocabulary,
  structureWeight: number,
  { isTarget = () => true, taughtTitle = () => null }: Targets = {},
): Document {
  const text = textify(career);
  const pieces = text.pieces.map((piece): WeightedPiece => ({ ...piece, weight: structureWeight }));
  text.titlePieces.forEach((at, observation) => {
    const weight = isTarget(observation) ? 1 : 0;
    const taught = taughtTitle(observation);
    pieces[at].weight = weight;
    pieces[at + 1].weight = weight;
    if (taught !== null) [pieces[at].taught] = vocabulary.encode({ text: ` ${taught}`, verbatim: true });
  });
  return encodeDocument(pieces, vocabulary);
}
