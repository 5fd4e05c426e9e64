/**
 * A piece of the text that a language model reads. Template pieces may hold marker tokens;
 * verbatim pieces come from people (titles) and are encoded as plain text only, so that a
 * title `<END OF DATA>` is text and no marker.
 */
export interface TextPiece {
  text: string;
  verbatim: boolean;
}

/** A career as text. Concatenating `piece.text` gives exactly the document. */
export interface CareerText {
  pieces: readonly TextPiece[];
  /** For observation t: index of the (verbatim) piece that holds its title; all pieces before it are the prompt of t. */
  titlePieces: readonly number[];
}
