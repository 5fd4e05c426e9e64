import { llamaTokenizer, qwen3Tokenizer, qwenTokenizer, smolTokenizer } from './byteLevelTokenizer.ts';
import { gemmaTokenizer } from './sentencePieceTokenizer.ts';
import type { DecoderShape, ShapeName } from './shapes.ts';
import type { TokenizerFiles } from './tokenizerFiles.ts';

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
