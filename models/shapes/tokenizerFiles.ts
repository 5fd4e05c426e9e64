import { llamaTokenizer, qwen3Tokenizer, qwenTokenizer, smolTokenizer } from './byteLevelTokenizer.ts';
import type { SpecialIds } from './configFiles.ts';
import { gemmaTokenizer } from './sentencePieceTokenizer.ts';
import type { DecoderShape, ShapeName } from './shapes.ts';

/** Contents of `tokenizer.json` and `tokenizer_config.json`, and the ids that the other files repeat. */
export interface TokenizerFiles {
  readonly ids: SpecialIds;
  readonly json: Readonly<Record<string, unknown>>;
  readonly config: Readonly<Record<string, unknown>>;
}

type MakeTokenizer = (vocabSize: number, contextLength: number, seed: number) => TokenizerFiles;

const families: Readonly<Record<ShapeName, MakeTokenizer>> = {
  'smollm2-135m': smolTokenizer,
  'smollm2-360m': smolTokenizer,
  'qwen2.5-0.5b': qwenTokenizer,
  'qwen3-0.6b': qwen3Tokenizer,
  'gemma-3-270m': gemmaTokenizer,
  'gemma-3-1b': gemmaTokenizer,
  'llama-3.2-1b': llamaTokenizer,
};

/** A tokenizer of the shape's family with its special tokens, learned from invented careers and occupation titles. */
export function shapeTokenizer(
  { name, vocabSize, contextLength }: DecoderShape,
  seed: number,
): TokenizerFiles {
  return families[name](vocabSize, contextLength, seed);
}

/** An entry of `added_tokens`. */
export function addedToken(content: string, id: number) {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
}
