import { trainMerges } from '../recipe/bytePairs.ts';
import { addedToken, type TokenizerFiles } from './tokenizerFiles.ts';
import { wordCounts } from './tokenizerTexts.ts';

const mostMerges = 2000;
/** What SentencePiece writes for a space. */
const space = '▁';

/** Where Gemma 3 has what: turns of a chat, runs of newlines and spaces, markup, the 256 bytes, and then text. */
const places = { turns: 105, newlines: 107, spaces: 138, bytes: 238, text: 494 };
const longestRun = 31;

/** Characters that are tokens: printable ASCII and letters of some European languages. */
const characters = [
  ...Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)),
  space,
  'ä',
  'é',
  'ñ',
  'ö',
  'ü',
];

const chatTemplate =
  "{{ bos_token }}{% for message in messages %}{{ '<start_of_turn>' + message['role'] + '\\n' + message['content'] + '<end_of_turn>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<start_of_turn>model\\n' }}{% endif %}";

/**
 * Gemma 3: byte-pair encoding of characters as SentencePiece does it, spaces as `▁`, bytes for what has no token, and
 * a `<bos>` before everything. Runs of newlines and spaces are added tokens and words of the vocabulary at once.
 */
export function gemmaTokenizer(vocabSize: number, contextLength: number, seed: number): TokenizerFiles {
  const tokens = ['<pad>', '<eos>', '<bos>', '<unk>', '<mask>', '[multimodal]'];
  const specials = [...tokens.keys()];
  while (tokens.length < places.turns) specials.push(tokens.push(`<unused${tokens.length - 6}>`) - 1);
  for (const turn of ['<start_of_turn>', '<end_of_turn>']) specials.push(tokens.push(turn) - 1);
  for (let length = 1; length <= longestRun; length++) tokens.push('\n'.repeat(length));
  for (let length = 2; length <= longestRun; length++) tokens.push(space.repeat(length));
  const runs = Array.from({ length: 2 * longestRun - 1 }, (_, index) => places.newlines + index);
  for (let index = 0; tokens.length < places.bytes; index++) tokens.push(`<markup${index}>`);
  for (let byte = 0; byte < 256; byte++)
    tokens.push(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  tokens.push(...characters);

  const words = new Map([...wordCounts(seed)].map(([word, count]) => [word.replaceAll(' ', space), count]));
  const cut = (word: string) => Array.from(word);
  const merges = trainMerges(words, Math.min(mostMerges, vocabSize - tokens.length), [], cut).filter(
    ([left, right]) => !`${left}${right}`.includes('\n'),
  );
  for (const [left, right] of merges) tokens.push(left + right);
  for (let index = 99; tokens.length < vocabSize; index++) tokens.push(`<unused${index}>`);

  const added = [
    ...specials.map((id) => addedToken(tokens[id], id)),
    ...runs.map((id) => ({ ...addedToken(tokens[id], id), special: false })),
  ].sort((a, b) => a.id - b.id);
  return {
    ids: { bos: 2, eos: [1, places.turns + 1], pad: 0 },
    json: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: added,
      normalizer: { type: 'Replace', pattern: { String: ' ' }, content: space },
      pre_tokenizer: {
        type: 'Split',
        pattern: { String: ' ' },
        behavior: 'MergedWithPrevious',
        invert: false,
      },
      post_processor: {
        type: 'TemplateProcessing',
        single: [{ SpecialToken: { id: '<bos>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
        pair: [
          { SpecialToken: { id: '<bos>', type_id: 0 } },
          { Sequence: { id: 'A', type_id: 0 } },
          { SpecialToken: { id: '<bos>', type_id: 1 } },
          { Sequence: { id: 'B', type_id: 1 } },
        ],
        special_tokens: { '<bos>': { id: '<bos>', ids: [2], tokens: ['<bos>'] } },
      },
      decoder: {
        type: 'Sequence',
        decoders: [
          { type: 'Replace', pattern: { String: space }, content: ' ' },
          { type: 'ByteFallback' },
          { type: 'Fuse' },
        ],
      },
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: '<unk>',
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: true,
        byte_fallback: true,
        ignore_merges: false,
        vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
        merges,
      },
    },
    config: {
      add_bos_token: true,
      add_eos_token: false,
      added_tokens_decoder: Object.fromEntries(added.map(({ id, ...token }) => [id, token])),
      bos_token: '<bos>',
      chat_template: chatTemplate,
      clean_up_tokenization_spaces: false,
      eos_token: '<eos>',
      model_max_length: contextLength,
      pad_token: '<pad>',
      spaces_between_special_tokens: false,
      tokenizer_class: 'GemmaTokenizer',
      unk_token: '<unk>',
    },
  };
}
