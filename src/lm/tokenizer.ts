import { Tokenizer } from '@huggingface/tokenizers';
import { AppError } from '../platform/index.ts';
import { checkTokenizerJson } from './tokenizerFile.ts';

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
  encode(pieces: readonly EncodablePiece[]): EncodedPieces;
  decode(tokens: readonly number[]): string;
}

/** The parts of a `tokenizer.json` that decide what a marker is. */
interface TokenizerJson {
  readonly added_tokens: readonly { readonly id: number; readonly content: string }[];
  readonly model: { readonly vocab: Readonly<Record<string, number>> };
}

/**
 * The tokenizer of a Hugging Face model folder, given the parsed `tokenizer.json` and `tokenizer_config.json`.
 * Template pieces may become added tokens; verbatim pieces go through the same byte-level BPE without them, so
 * that a title `<END OF DATA>` is text. Throws `bad-input` where some byte has no token: such text would vanish.
 */
export function loadTokenizer(tokenizerJson: unknown, tokenizerConfig: unknown): TextTokenizer {
  if (!isTokenizerJson(tokenizerJson) || typeof tokenizerConfig !== 'object' || tokenizerConfig === null)
    throw new AppError('bad-input', 'This is no tokenizer.json of a byte-level BPE tokenizer.');
  checkTokenizerJson(tokenizerJson);
  checkBytes(tokenizerJson.model.vocab);
  const template = opened(tokenizerJson, tokenizerConfig);
  const verbatim = opened({ ...tokenizerJson, added_tokens: [] }, tokenizerConfig);
  const options = { add_special_tokens: false };

  return {
    encode(pieces) {
      const tokens: number[] = [];
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

/** The library trusts what it is given: whatever it trips over is a broken file. */
function opened(json: TokenizerJson, config: object): Tokenizer {
  try {
    return new Tokenizer(json, config);
  } catch (cause) {
    throw new AppError('bad-input', `This tokenizer.json cannot be read: ${String(cause)}`, {}, { cause });
  }
}

function isTokenizerJson(value: unknown): value is TokenizerJson {
  if (typeof value !== 'object' || value === null || !('added_tokens' in value) || !('model' in value))
    return false;
  const { added_tokens: added, model } = value;
  return Array.isArray(added) && typeof model === 'object' && model !== null && 'vocab' in model;
}

/** Byte-level BPE writes each byte as one printable character; all 256 must be tokens. */
function checkBytes(vocab: Readonly<Record<string, number>>): void {
  let shifted = 256;
  for (let byte = 0; byte < 256; byte++) {
    const isPrintable = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    const symbol = String.fromCharCode(isPrintable ? byte : shifted++);
    if (!Object.hasOwn(vocab, symbol))
      throw new AppError('bad-input', `The tokenizer has no token for byte ${byte}.`, { byte });
  }
}
