import { textify, type CareerHistory, type TextPiece } from '../../src/career/index.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A text as tokens. `weights[i]` is the weight of token i in the loss, as the token to be predicted. */
export interface Document {
  tokens: Uint16Array;
  weights: Float32Array;
}

/** A piece of text and the loss weight of each of its tokens. */
export interface WeightedPiece extends TextPiece {
  weight: number;
}

/** Joins pieces into one document. */
export function encodeDocument(pieces: readonly WeightedPiece[], vocabulary: Vocabulary): Document {
  const tokens: number[] = [];
  const weights: number[] = [];
  for (const piece of pieces)
    for (const token of vocabulary.encode(piece)) {
      tokens.push(token);
      weights.push(piece.weight);
    }
  return { tokens: Uint16Array.from(tokens), weights: Float32Array.from(weights) };
}

/** A career whose titles (and title-ending tokens) weigh 1, or 0 where `isTarget` says no, and whose other tokens weigh `structureWeight`. */
export function careerDocument(
  career: CareerHistory,
  vocabulary: Vocabulary,
  structureWeight: number,
  isTarget: (observation: number) => boolean = () => true,
): Document {
  const { pieces, titlePieces } = textify(career);
  const weights = pieces.map(() => structureWeight);
  titlePieces.forEach((piece, observation) => {
    weights[piece] = isTarget(observation) ? 1 : 0;
    weights[piece + 1] = weights[piece];
  });
  return encodeDocument(
    pieces.map((piece, i) => ({ ...piece, weight: weights[i] })),
    vocabulary,
  );
}
