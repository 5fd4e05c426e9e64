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

const qwenWords =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true };

/** The template of both families' chats. */
const chatTemplate =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

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
  // 293 rows of the published table come after the merges.
  const first = vocabSize - Math.min(293, Math.floor(vocabSize / 20));
  const vocab = new Map<string, number>();
  const merges = addMerges(vocab, first, seed);
  const added = qwenSpecials.map((content, index) => addedToken(content, first + index));
  const preTokenizer = {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Split', pattern: { Regex: qwenWords }, behavior: 'Isolated', invert: false },
      { ...byteLevel, use_regex: false },
    ],
  };
  return {
    ids: { bos: first, eos: [first + 2, first], pad: first },
    json: tokenizerJson(vocab, merges, added, { type: 'NFC' }, preTokenizer),
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

/** Fills the vocabulary up to `end`: bytes, learned merges, and tokens that nothing makes. */
function addMerges(vocab: Map<string, number>, end: number, seed: number): string[] {
  for (const symbol of byteSymbols) vocab.set(symbol, vocab.size);
  const merges = trainMerges(wordCounts(seed), Math.min(mostMerges, end - vocab.size));
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
