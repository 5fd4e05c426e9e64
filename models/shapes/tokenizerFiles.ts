import type { SpecialIds } from './configFiles.ts';

/** Contents of `tokenizer.json` and `tokenizer_config.json`, and the ids that the other files repeat. */
export interface TokenizerFiles {
  readonly ids: SpecialIds;
  readonly json: Readonly<Record<string, unknown>>;
  readonly config: Readonly<Record<string, unknown>>;
}

/** An entry of `added_tokens`. */
export function addedToken(content: string, id: number) {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
}
