import { Tokenizer } from '@huggingface/tokenizers';
import { AppError } from '../platform/index.ts';
import { checkTokenizerJson } from './tokenizerFile.ts';
import {
  checkBytes,
  isTokenizerJson,
  type TokenizerJson,
  typedText,
  withoutPrefix,
} from './tokenizerJson.ts';

/** A stretch of text: `verbatim` text was typed by people and may hold no marker. */
export interface EncodablePiece {
  readonly text: string;
  readonly verbatim: boolean;
}

/** Tokens of a text, and where each of its pieces starts among them; one more entry closes the last piece. */
export interface EncodedPieces {
  readonly tokens: number[];
  readonly pieceStarts: number[];
}

/** Turns text into tokens and back. Pieces are encoded apart: no token spans two of them. */
export interface TextTokenizer {
  /** Tokens that the model's family puts before every document: `<bos>` of Gemma and Llama 3, or none. */
  readonly documentStart: readonly number[];
  /** `startsDocument`: the first piece begins a document, so that `documentStart` comes before it. */
  encode(pieces: readonly EncodablePiece[], options?: { startsDocument?: boolean }): EncodedPieces;
  decode(tokens: readonly number[]): string;
}

/**
 * The tokenizer of a Hugging Face model folder, given the parsed `tokenizer.json` and `tokenizer_config.json`: byte-pair
 * encoding of bytes (GPT-2, Llama 3, Qwen, SmolLM), or of characters with bytes for the rest (Gemma, Llama 2).
 * Template pieces may become added tokens; verbatim pieces go through the same encoding without them, so that a
 * title `<|im_end|>` is text. No space is put before a piece. Throws `bad-input` where some byte has no token: such
 * text would vanish, or become a token for anything unknown.
 */
export function loadTokenizer(tokenizerJson: unknown, tokenizerConfig: unknown): TextTokenizer {
  if (!isTokenizerJson(tokenizerJson) || typeof tokenizerConfig !== 'object' || tokenizerConfig === null)
    throw new AppError('bad-input', 'This is no tokenizer.json of a byte-pair tokenizer.');
  checkTokenizerJson(tokenizerJson);
  checkBytes(tokenizerJson);
  const template = opened(withoutPrefix(tokenizerJson), tokenizerConfig);
  const verbatim = opened(typedText(withoutPrefix(tokenizerJson)), tokenizerConfig);
  const options = { add_special_tokens: false };
  const documentStart = leadingTokens(template);

  return {
    documentStart,
    encode(pieces, { startsDocument = false } = {}) {
      const tokens: number[] = startsDocument ? [...documentStart] : [];
      const pieceStarts: number[] = [];
      for (const piece of pieces) {
        pieceStarts.push(tokens.length);
        if (piece.text === '') continue;
        const { ids } = (piece.verbatim ? verbatim : template).encode(piece.text, options);
        for (const id of ids) tokens.push(id);
      }
      pieceStarts.push(tokens.length);
      return { tokens, pieceStarts };
    },
    decode(tokens) {
      return tokens.length === 0 ? '' : template.decode([...tokens], { clean_up_tokenization_spaces: false });
    },
  };
}

/** What the tokenizer itself puts before a text; it may put something behind it too. */
function leadingTokens(tokenizer: Tokenizer): number[] {
  const text = 'a';
  const plain = tokenizer.encode(text, { add_special_tokens: false }).ids;
  const whole = tokenizer.encode(text, { add_special_tokens: true }).ids;
  const start = whole.findIndex((_, place) => plain.every((id, offset) => whole[place + offset] === id));
  return whole.slice(0, Math.max(0, start));
}

/** The library trusts what it is given: whatever it trips over is a broken file. */
function opened(json: TokenizerJson, config: object): Tokenizer {
  try {
    return new Tokenizer(json, config);
  } catch (cause) {
    throw new AppError('bad-input', `This tokenizer.json cannot be read: ${String(cause)}`, {}, { cause });
  }
}
