import { AppError } from '../platform/index.ts';

/** The parts of a `tokenizer.json` that decide what text becomes. */
export interface TokenizerJson {
  readonly added_tokens: readonly AddedToken[];
  readonly normalizer?: TokenizerPart | null;
  readonly pre_tokenizer?: TokenizerPart | null;
  readonly decoder?: TokenizerPart | null;
  readonly model: {
    readonly type?: string;
    readonly vocab: Readonly<Record<string, number>>;
    readonly unk_token?: string | null;
    readonly byte_fallback?: boolean;
  };
}

interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special?: boolean;
}

/** A step of the tokenizer; a `Sequence` holds others under the name of its kind. */
interface TokenizerPart {
  readonly type: string;
  readonly [setting: string]: unknown;
}

export function isTokenizerJson(value: unknown): value is TokenizerJson {
  if (typeof value !== 'object' || value === null || !('added_tokens' in value) || !('model' in value))
    return false;
  const { added_tokens: added, model } = value;
  return (
    Array.isArray(added) &&
    typeof model === 'object' &&
    model !== null &&
    'vocab' in model &&
    typeof model.vocab === 'object' &&
    model.vocab !== null
  );
}

/**
 * Whatever people type must become tokens: either all 256 bytes have one, written as one printable character each, or
 * what has no token of its own falls back to bytes, and all of `<0x00>` … `<0xFF>` exist.
 */
export function checkBytes({ pre_tokenizer: preTokenizer, decoder, model }: TokenizerJson): void {
  const { vocab, byte_fallback: fallsBack = false, type = 'BPE' } = model;
  if (type !== 'BPE')
    throw new AppError(
      'bad-input',
      `Tokenizers of the kind ${type} are not read here, only byte-pair encoding.`,
      { type },
    );
  const isByteLevel = [preTokenizer, decoder].some((part) =>
    steps(part).some((step) => step.type === 'ByteLevel'),
  );
  if (!isByteLevel && !fallsBack)
    throw new AppError('bad-input', 'The tokenizer drops characters that it does not know.');
  let shifted = 256;
  for (let byte = 0; byte < 256; byte++) {
    const isPrintable = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
    const symbol = String.fromCharCode(isPrintable ? byte : shifted++);
    const name = isByteLevel ? symbol : `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
    if (!Object.hasOwn(vocab, name))
      throw new AppError('bad-input', `The tokenizer has no token for byte ${byte}.`, { byte });
  }
}

/**
 * The tokenizer for text that people type: without added tokens, and without special tokens in the vocabulary, so that
 * none can be spelled. The token for unknown text stays, since the format wants it; nothing becomes it.
 */
export function typedText(json: TokenizerJson): TokenizerJson {
  const special = new Set(json.added_tokens.filter((token) => token.special).map(({ content }) => content));
  if (typeof json.model.unk_token === 'string') special.delete(json.model.unk_token);
  const vocab = Object.fromEntries(Object.entries(json.model.vocab).filter(([token]) => !special.has(token)));
  return { ...json, added_tokens: [], model: { ...json.model, vocab } };
}

/**
 * The same tokenizer without the space that some families put before a text: pieces of a text are encoded apart, and
 * each would get one. Nor does decoding take one away.
 */
export function withoutPrefix(json: TokenizerJson): TokenizerJson {
  return {
    ...json,
    normalizer: mapped(json.normalizer, (step) => (step.type === 'Prepend' ? null : step)),
    pre_tokenizer: mapped(json.pre_tokenizer, unprefixed),
    decoder: mapped(json.decoder, (step) =>
      step.type === 'Strip' && step.content === ' ' ? null : unprefixed(step),
    ),
  };
}

function unprefixed(step: TokenizerPart): TokenizerPart {
  if (step.type === 'ByteLevel') return { ...step, add_prefix_space: false };
  if (step.type === 'Metaspace') return { ...step, add_prefix_space: false, prepend_scheme: 'never' };
  return step;
}

/** Names under which a `Sequence` keeps its steps. */
const sequenceNames = ['normalizers', 'pretokenizers', 'decoders', 'processors'];

/** The steps of a part, those inside of sequences included. */
function steps(part: TokenizerPart | null | undefined): TokenizerPart[] {
  if (!part) return [];
  const inner = sequenceNames.flatMap((name) => part[name] ?? []) as TokenizerPart[];
  return [part, ...inner.flatMap(steps)];
}

/** A part with every step replaced; null takes a step away. */
function mapped(
  part: TokenizerPart | null | undefined,
  change: (step: TokenizerPart) => TokenizerPart | null,
): TokenizerPart | null {
  if (!part) return null;
  const name = sequenceNames.find((candidate) => Array.isArray(part[candidate]));
  if (name === undefined) return change(part);
  const inner = (part[name] as TokenizerPart[]).flatMap((step) => mapped(step, change) ?? []);
  return { ...part, [name]: inner };
}
