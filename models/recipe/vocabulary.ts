import type { TextPiece } from '../../src/career/index.ts';
import { applyMerges, byteSymbols, ranks, type Merge } from './bytePairs.ts';

/** Ends a document; also the padding token, whose labels carry no weight. */
export const endOfData = '<END OF DATA>';

/**
 * The tokenizer of the bundled model while it is being trained. `tokenizerJson` writes the same
 * tokenizer for `@huggingface/tokenizers`; a test holds the two against each other.
 */
export class Vocabulary {
  readonly tokens: readonly string[];
  readonly markers: readonly string[];
  readonly merges: readonly Merge[];
  private readonly idOf: ReadonlyMap<string, number>;
  private readonly rankOf: ReadonlyMap<string, number>;
  private readonly markersByFirst = new Map<string, string[]>();
  private readonly encodedVerbatim = new Map<string, readonly number[]>();
  private readonly encodedTemplate = new Map<string, readonly number[]>();

  /** Ids: markers first, then the 256 bytes, then one per merge. */
  constructor(markers: readonly string[], merges: readonly Merge[]) {
    this.markers = [endOfData, ...markers.filter((marker) => marker !== endOfData)];
    this.merges = merges;
    this.tokens = [...this.markers, ...byteSymbols, ...merges.map(([left, right]) => left + right)];
    this.idOf = new Map(this.tokens.map((token, id) => [token, id]));
    if (this.idOf.size !== this.tokens.length)
      throw new Error('Two tokens of the vocabulary are the same text.');
    this.rankOf = ranks(merges);
    for (const marker of this.markers)
      this.markersByFirst.set(marker[0], [...(this.markersByFirst.get(marker[0]) ?? []), marker]);
    for (const list of this.markersByFirst.values()) list.sort((a, b) => b.length - a.length);
  }

  get size(): number {
    return this.tokens.length;
  }

  /** Id of `<END OF DATA>`: the first marker. */
  readonly endToken = 0;

  /** Token ids of one piece: a verbatim piece is bytes and merges only, a template piece may hold markers. */
  encode(piece: TextPiece): readonly number[] {
    const cache = piece.verbatim ? this.encodedVerbatim : this.encodedTemplate;
    const known = cache.get(piece.text);
    if (known) return known;
    const ids = piece.verbatim ? this.encodePlain(piece.text) : this.encodeTemplate(piece.text);
    cache.set(piece.text, ids);
    return ids;
  }

  private encodePlain(text: string): number[] {
    return applyMerges(text, this.rankOf).map((symbol) => this.id(symbol));
  }

  private id(token: string): number {
    const id = this.idOf.get(token);
    if (id === undefined) throw new Error(`The vocabulary has no token ${JSON.stringify(token)}.`);
    return id;
  }

  /** Leftmost-longest markers, and byte pairs between them: what added tokens of `tokenizer.json` do. */
  private encodeTemplate(text: string): number[] {
    const ids: number[] = [];
    let plainStart = 0;
    for (let position = 0; position < text.length;) {
      const marker = this.markersByFirst.get(text[position])?.find((m) => text.startsWith(m, position));
      if (marker === undefined) {
        position++;
        continue;
      }
      ids.push(...this.encodePlain(text.slice(plainStart, position)), this.id(marker));
      position += marker.length;
      plainStart = position;
    }
    ids.push(...this.encodePlain(text.slice(plainStart)));
    return ids;
  }
}

/** Contents of `tokenizer.json`. */
export function tokenizerJson(vocabulary: Vocabulary): object {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: vocabulary.markers.map((content, id) => addedToken(id, content)),
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
    post_processor: null,
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(vocabulary.tokens.map((token, id) => [token, id])),
      merges: vocabulary.merges.map(([left, right]) => `${left} ${right}`),
    },
  };
}

/** Contents of `tokenizer_config.json`. */
export function tokenizerConfigJson(vocabulary: Vocabulary, contextLength: number): object {
  return {
    added_tokens_decoder: Object.fromEntries(
      vocabulary.markers.map((content, id) => {
        const { id: _, ...token } = addedToken(id, content);
        return [id, token];
      }),
    ),
    bos_token: null,
    eos_token: endOfData,
    pad_token: endOfData,
    unk_token: null,
    clean_up_tokenization_spaces: false,
    model_max_length: contextLength,
    tokenizer_class: 'PreTrainedTokenizerFast',
  };
}

function addedToken(id: number, content: string) {
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false };
  return { id, content, ...flags, special: content === endOfData };
}
