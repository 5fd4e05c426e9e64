import { AppError } from '../platform/index.ts';
import type { TokenPick } from './decoderPass.ts';
import type { DecoderSession } from './decoderSession.ts';

/** A stretch of a document's tokens, `[start, end)`: a title with the token that ends it. */
export interface TokenSpan {
  readonly start: number;
  readonly end: number;
}

/** What might have stood in place of span `span`: another title, its ending token included. */
export interface SpanAlternative {
  readonly span: number;
  readonly tokens: readonly number[];
}

export interface ScorableDocument {
  readonly tokens: readonly number[];
  /** In order, apart from each other, none at the very start. */
  readonly spans: readonly TokenSpan[];
  readonly alternatives: readonly SpanAlternative[];
}

export interface DocumentScores {
  /** Natural log of the probability of each span, given everything before it. */
  readonly spanLogProbs: Float64Array;
  /** The same for each alternative in its span's place. */
  readonly alternativeLogProbs: Float64Array;
  /** Tokens that were run through the model. */
  readonly forwardedTokens: number;
}

/**
 * Scores all spans of a document, and alternatives to them, in one pass. The document becomes the session's text.
 * Throws `bad-input` where a span is empty, or starts the document.
 */
export async function scoreDocument(
  session: DecoderSession,
  document: ScorableDocument,
  options: { signal?: AbortSignal } = {},
): Promise<DocumentScores> {
  const { tokens, spans, alternatives } = document;
  if (spans.length === 0)
    return { spanLogProbs: new Float64Array(), alternativeLogProbs: new Float64Array(), forwardedTokens: 0 };
  checkSpans(document);
  // The token that ends the last span is predicted, never read.
  const text = tokens.slice(0, spans[spans.length - 1].end - 1);
  const picks: TokenPick[] = [];
  const owners: { scores: Float64Array; index: number }[] = [];
  const spanLogProbs = new Float64Array(spans.length);
  const alternativeLogProbs = new Float64Array(alternatives.length);
  const ask = (row: number, token: number, scores: Float64Array, index: number): void => {
    picks.push({ row, token });
    owners.push({ scores, index });
  };

  spans.forEach(({ start, end }, index) => {
    for (let position = start; position < end; position++)
      ask(position - 1, tokens[position], spanLogProbs, index);
  });
  const forest = { tokens: [] as number[], parents: [] as number[], anchors: [] as number[] };
  const repeated: number[] = [];
  alternatives.forEach((alternative, index) => {
    const { start, end } = spans[alternative.span];
    if (isSame(alternative.tokens, tokens.slice(start, end))) {
      repeated.push(index);
      return;
    }
    alternative.tokens.forEach((token, depth) => {
      const isFirst = depth === 0;
      ask(isFirst ? start - 1 : text.length + forest.tokens.length - 1, token, alternativeLogProbs, index);
      if (depth === alternative.tokens.length - 1) return;
      forest.parents.push(isFirst ? -1 : forest.tokens.length - 1);
      forest.anchors.push(start);
      forest.tokens.push(token);
    });
  });

  session.forget();
  const { logProbs } = await session.forward(text, forest, picks, options.signal);
  owners.forEach(({ scores, index }, position) => (scores[index] += logProbs[position]));
  for (const index of repeated) alternativeLogProbs[index] = spanLogProbs[alternatives[index].span];
  return { spanLogProbs, alternativeLogProbs, forwardedTokens: text.length + forest.tokens.length };
}

function checkSpans({ tokens, spans, alternatives }: ScorableDocument): void {
  let end = 1;
  spans.forEach((span, index) => {
    if (span.start < end || span.end <= span.start || span.end > tokens.length)
      throw new AppError('bad-input', `Span ${index + 1} is not a stretch of the document after its start.`, {
        index,
      });
    end = span.end;
  });
  for (const { span, tokens: alternative } of alternatives)
    if (!(span in spans) || alternative.length === 0)
      throw new AppError('bad-input', 'An alternative stands in the place of no span, or is empty.', {
        span,
      });
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((token, index) => token === b[index]);
}
