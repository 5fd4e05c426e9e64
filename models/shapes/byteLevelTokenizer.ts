import { byteSymbols, trainMerges } from '../recipe/bytePairs.ts';
import { addedToken, type TokenizerFiles } from './tokenizerFiles.ts';
import { wordCounts } from './tokenizerTexts.ts';

/** Merges that are learned; a larger vocabulary is filled up with tokens that no merge makes. */
const mostMerges = 2000;

/** In the order of their ids, which start at 0. */
const smolSpecials = [
  '<|endoftext|>',
  '<|im_start|>',
  '<|im_end|>',
  '<repo_name>',
  '<reponame>',
  '<file_sep>',
  '<filename>',
  '<gh_stars>',
  '<issue_start>',
  '<issue_comment>',
  '<issue_closed>',
  '<jupyter_start>',
  '<jupyter_text>',
  '<jupyter_code>',
  '<jupyter_output>',
  '<jupyter_script>',
  '<empty_output>',
];

/** Their ids come after the vocabulary of the merges, and leave rows of the embedding without a token. */
const qwenSpecials = [
  '<|endoftext|>',
  '<|im_start|>',
  '<|im_end|>',
  '<|object_ref_start|>',
  '<|object_ref_end|>',
  '<|box_start|>',
  '<|box_end|>',
  '<|quad_start|>',
  '<|quad_end|>',
  '<|vision_start|>',
  '<|vision_end|>',
  '<|vision_pad|>',
  '<|image_pad|>',
  '<|video_pad|>',
];

/** Further added tokens, which are no special ones: decoding keeps them. */
const qwenMarkers = [
  '<tool_call>',
  '</tool_call>',
  '<|fim_prefix|>',
  '<|fim_middle|>',
  '<|fim_suffix|>',
  '<|fim_pad|>',
  '<|repo_name|>',
  '<|file_sep|>',
];
const qwen3Markers = [...qwenMarkers, '<tool_response>', '</tool_response>', '<think>', '</think>'];

/** The first of 256 special tokens after the vocabulary of the merges; the others are reserved. */
const llamaSpecials = [
  '<|begin_of_text|>',
  '<|end_of_text|>',
  '<|reserved_special_token_0|>',
  '<|reserved_special_token_1|>',
  '<|finetune_right_pad_id|>',
  '<|reserved_special_token_2|>',
  '<|start_header_id|>',
  '<|end_header_id|>',
  '<|eom_id|>',
  '<|eot_id|>',
  '<|python_tag|>',
];
const llamaSpecialCount = 256;

/** How Qwen and Llama 3 cut words: the former each digit apart, the latter up to three together. */
const wordsOf = (digits: string): string =>
  `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;

const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true };

/** The template of SmolLM2's and Qwen's chats. */
const chatTemplate =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

const llamaChatTemplate =
  "{{ bos_token }}{% for message in messages %}{{ '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' + message['content'] + '<|eot_id|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}";

/** SmolLM2: special tokens first and in the vocabulary, then bytes and merges; digits apart, words by GPT-2's rule. */
export function smolTokenizer(vocabSize: number, contextLength: number, seed: number): TokenizerFiles {
  const vocab = new Map(smolSpecials.map((token, id) => [token, id]));
  const merges = addMerges(vocab, vocabSize, seed);
  const preTokenizer = {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Digits', individual_digits: true },
      { ...byteLevel, use_regex: true },
    ],
  };
  return {
    ids: { bos: 1, eos: 2, pad: 2 },
    json: tokenizerJson(vocab, merges, smolSpecials.map(addedToken), null, preTokenizer),
    config: {
      ...tokenizerConfig(smolSpecials.map(addedToken), contextLength, 'GPT2Tokenizer'),
      add_prefix_space: false,
      bos_token: '<|im_start|>',
      eos_token: '<|im_end|>',
      pad_token: '<|im_end|>',
      unk_token: '<|endoftext|>',
    },
  };
}

/** Qwen2.5: bytes and merges, then special tokens that only the added tokens know; NFC, words by its own rule. */
export function qwenTokenizer(vocabSize: number, contextLength: number, seed: number): TokenizerFiles {
  return qwenFiles(vocabSize, contextLength, seed, qwenMarkers);
}

/** Qwen3: the same with more markers. */
export function qwen3Tokenizer(vocabSize: number, contextLength: number, seed: number): TokenizerFiles {
  return qwenFiles(vocabSize, contextLength, seed, qwen3Markers);
}

function qwenFiles(
  vocabSize: number,
  contextLength: number,
  seed: number,
  markers: readonly string[],
): TokenizerFiles {
  // 293 rows of the published table come after the merges.
  const first = vocabSize - Math.min(293, Math.floor(vocabSize / 20));
  const vocab = new Map<string, number>();
  const merges = addMerges(vocab, first, seed);
  const specials = qwenSpecials.map((content, index) => addedToken(content, first + index));
  const added = [
    ...specials,
    ...markers.map((content, index) => ({
      ...addedToken(content, first + specials.length + index),
      special: false,
    })),
  ];
  return {
    ids: { bos: first, eos: [first + 2, first], pad: first },
    json: tokenizerJson(vocab, merges, added, { type: 'NFC' }, splitWords('\\p{N}')),
    config: {
      ...tokenizerConfig(added, contextLength, 'Qwen2Tokenizer'),
      add_bos_token: false,
      bos_token: null,
      eos_token: '<|im_end|>',
      pad_token: '<|endoftext|>',
      unk_token: null,
    },
  };
}

/** Llama 3: like Qwen without normalisation, three digits together, a `<|begin_of_text|>` before everything. */
export function llamaTokenizer(vocabSize: number, contextLength: number, seed: number): TokenizerFiles {
  const first = vocabSize - llamaSpecialCount;
  const vocab = new Map<string, number>();
  const merges = addMerges(vocab, first, seed, 3);
  const added = Array.from({ length: llamaSpecialCount }, (_, index) => {
    // Three of the reserved ones stand among the named.
    const reserved = `<|reserved_special_token_${index - llamaSpecials.length + 3}|>`;
    return addedToken(llamaSpecials[index] ?? reserved, first + index);
  });
  const [begin] = llamaSpecials;
  const beginning = { SpecialToken: { id: begin, type_id: 0 } };
  const template = {
    type: 'TemplateProcessing',
    single: [beginning, { Sequence: { id: 'A', type_id: 0 } }],
    pair: [
      beginning,
      { Sequence: { id: 'A', type_id: 0 } },
      { SpecialToken: { id: begin, type_id: 1 } },
      { Sequence: { id: 'B', type_id: 1 } },
    ],
    special_tokens: { [begin]: { id: begin, ids: [first], tokens: [begin] } },
  };
  const json = tokenizerJson(vocab, merges, added, null, splitWords('\\p{N}{1,3}'));
  const byteOffsets = { ...byteLevel, add_prefix_space: true, trim_offsets: false, use_regex: true };
  return {
    ids: { bos: first, eos: [first + 1, first + 8, first + 9], pad: first + 4 },
    json: {
      ...json,
      post_processor: { type: 'Sequence', processors: [byteOffsets, template] },
      decoder: { ...byteLevel, add_prefix_space: true, use_regex: true },
      model: { ...json.model, ignore_merges: true },
    },
    config: {
      ...tokenizerConfig(added, contextLength, 'PreTrainedTokenizerFast'),
      bos_token: begin,
      chat_template: llamaChatTemplate,
      clean_up_tokenization_spaces: true,
      eos_token: '<|eot_id|>',
      model_input_names: ['input_ids', 'attention_mask'],
    },
  };
}

function splitWords(digits: string) {
  return {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Split', pattern: { Regex: wordsOf(digits) }, behavior: 'Isolated', invert: false },
      { ...byteLevel, use_regex: false },
    ],
  };
}

/** Fills the vocabulary up to `end`: bytes, learned merges, and tokens that nothing makes. */
function addMerges(vocab: Map<string, number>, end: number, seed: number, mostDigits = 1): string[] {
  for (const symbol of byteSymbols) vocab.set(symbol, vocab.size);
  const merges = trainMerges(wordCounts(seed, mostDigits), Math.min(mostMerges, end - vocab.size));
  for (const [left, right] of merges) vocab.set(left + right, vocab.size);
  for (let index = 0; vocab.size < end; index++) vocab.set(`<unused${index}>`, vocab.size);
  return merges.map((pair) => pair.join(' '));
}

function tokenizerJson(
  vocab: ReadonlyMap<string, number>,
  merges: readonly string[],
  added: readonly object[],
  normalizer: object | null,
  preTokenizer: object,
) {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer,
    pre_tokenizer: preTokenizer,
    post_processor: { ...byteLevel, use_regex: false },
    decoder: { ...byteLevel, use_regex: false },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(vocab),
      merges,
    },
  };
}

function tokenizerConfig(
  added: readonly ReturnType<typeof addedToken>[],
  contextLength: number,
  kind: string,
) {
  return {
    added_tokens_decoder: Object.fromEntries(added.map(({ id, ...token }) => [id, token])),
    chat_template: chatTemplate,
    clean_up_tokenization_spaces: false,
    model_max_length: contextLength,
    tokenizer_class: kind,
  };
}
