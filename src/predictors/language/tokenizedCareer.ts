import {
  type CareerHistory,
  type CareerText,
  normaliseTitle,
  onward1,
  textify,
  textifyPrompt,
  titleText,
} from '../../career/index.ts';
import type { TextTokenizer, TokenSpan } from '../../lm/index.ts';
import type { NextStep } from '../../occupation/index.ts';

/** A title as it stands after a prompt: its tokens, with the one that ends it. */
export function titleTokens(tokenizer: TextTokenizer, title: string): number[] {
  const text = titleText({ occupationCode: null, title: normaliseTitle(title) });
  return tokenizer.encode([
    { text, verbatim: true },
    { text: onward1.titleEnd, verbatim: false },
  ]).tokens;
}

/** A career as tokens, with the stretch of each observation's title, its ending token included. */
export interface TokenizedCareer {
  tokens: number[];
  titles: TokenSpan[];
}

/** `examples`: whole careers of other people, read before it. */
export function tokenizeCareer(
  tokenizer: TextTokenizer,
  history: CareerHistory,
  examples: readonly CareerHistory[] = [],
): TokenizedCareer {
  const { pieces, titlePieces }: CareerText = textify(history, { examples });
  const { tokens, pieceStarts } = tokenizer.encode(pieces, { startsDocument: true });
  // The piece after a title is the newline that ends it.
  const titles = titlePieces.map((piece) => ({ start: pieceStarts[piece], end: pieceStarts[piece + 2] }));
  return { tokens, titles };
}

/** The prompt of the next step, and how many of the first records do not fit beside it. */
export interface TokenizedPrompt {
  tokens: number[];
  leftOutRecords: number;
}

/**
 * The prompt of the step after `history` in at most `mostTokens` tokens: where the whole career does not fit, its
 * latest records.
 */
export function tokenizePrompt(
  tokenizer: TextTokenizer,
  history: CareerHistory,
  next: NextStep,
  mostTokens: number,
): TokenizedPrompt {
  const withRecords = (lastRecords: number) =>
    tokenizer.encode(textifyPrompt(history, next, { lastRecords }).pieces, { startsDocument: true }).tokens;
  const records = history.observations.length;
  let best = { tokens: withRecords(records), leftOutRecords: 0 };
  if (best.tokens.length <= mostTokens) return best;
  let fits = 0;
  let tooMany = records;
  best = { tokens: withRecords(0), leftOutRecords: records };
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    const tokens = withRecords(middle);
    if (tokens.length > mostTokens) {
      tooMany = middle;
    } else {
      fits = middle;
      best = { tokens, leftOutRecords: records - middle };
    }
  }
  return best;
}
