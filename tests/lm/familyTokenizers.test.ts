import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AutoTokenizer, env } from '@huggingface/transformers';
import { afterAll, describe, expect, it } from 'vitest';
import { shapes, tinyShape, tinyVocabulary, type ShapeName } from '../../models/shapes/shapes.ts';
import { shapeTokenizer } from '../../models/shapes/shapeTokenizer.ts';
import { loadTokenizer } from '../../src/lm/index.ts';
import { occ1990dd } from '../../src/occupation/index.ts';

const root = mkdtempSync(join(tmpdir(), 'tokenizers-'));
afterAll(() => rmSync(root, { recursive: true }));

const template = (text: string) => ({ text, verbatim: false });
const typed = (text: string) => ({ text, verbatim: true });
const document = '<A worker from the US>\n2001 (some college): Registered nurses\n';
/** What families put before a document. */
const starts: Record<ShapeName, number[]> = {
  'smollm2-135m': [],
  'smollm2-360m': [],
  'qwen2.5-0.5b': [],
  'qwen3-0.6b': [],
  'gemma-3-270m': [2],
  'gemma-3-1b': [2],
  'llama-3.2-1b': [tinyVocabulary - 256],
};

describe.each(Object.keys(shapes) as ShapeName[])('the tokenizer of %s', (name) => {
  const { json, config } = shapeTokenizer(tinyShape(name), 1);
  const tokenizer = loadTokenizer(json, config);
  const added = json.added_tokens as { id: number; content: string; special: boolean }[];
  const special = new Set(added.filter((token) => token.special).map(({ id }) => id));

  it('begins a document as the family does, with the tokens of transformers.js', async () => {
    const folder = join(root, name);
    env.allowRemoteModels = false;
    writeFolder(folder, json, config);
    const theirs = await AutoTokenizer.from_pretrained(folder, { local_files_only: true });
    const { tokens, pieceStarts } = tokenizer.encode([template(document)], { startsDocument: true });
    expect(tokens).toEqual(theirs.encode(document));
    expect(tokenizer.documentStart).toEqual(starts[name]);
    expect(pieceStarts).toEqual([starts[name].length, tokens.length]);
    expect(tokenizer.encode([template(document)]).tokens).toEqual(
      theirs.encode(document, { add_special_tokens: false }),
    );
  });

  it('makes text of special tokens that people type', () => {
    for (const { content, id } of added.filter((token) => token.special && token.content !== '<unk>')) {
      const { tokens } = tokenizer.encode([typed(` ${content}`)]);
      expect(tokens.filter((token) => special.has(token))).toEqual([]);
      expect(tokenizer.decode(tokens)).toBe(` ${content}`);
      expect(tokenizer.encode([template(content)]).tokens).toEqual([id]);
    }
  });

  it.each([
    ' naïve café',
    ' 日本の会社員',
    ' 👩🏽‍🔬 scientist',
    ' \t ',
    'a\u0000b',
    '  two  spaces',
    'ab\n\n\nc',
    '▁',
  ])('restores %j, whatever has no token of its own', (text) => {
    const { tokens } = tokenizer.encode([typed(text)]);
    // SentencePiece writes spaces as this character: it cannot be told from one.
    const restored = name.startsWith('gemma') ? text.replaceAll('▁', ' ') : text;
    expect(tokenizer.decode(tokens)).toBe(restored);
  });

  it('gives each title of the list its own tokens, none of which is the newline that ends it', () => {
    const end = tokenizer.encode([template('\n')]).tokens;
    expect(end).toHaveLength(1);
    const titles = occ1990dd.occupations.map(({ title }) => tokenizer.encode([typed(` ${title}`)]).tokens);
    expect(titles.some((tokens) => tokens.includes(end[0]))).toBe(false);
    expect(new Set(titles.map((tokens) => tokens.join(' '))).size).toBe(occ1990dd.occupations.length);
  });

  it('has as many tokens as rows in the embedding, or fewer', () => {
    const { vocab } = json.model as { vocab: Record<string, number> };
    const ids = [...Object.values(vocab), ...added.map(({ id }) => id)];
    expect(Math.max(...ids)).toBeLessThan(tinyShape(name).vocabSize);
    expect(new Set(Object.values(vocab)).size).toBe(Object.keys(vocab).length);
  });
});

describe('how families cut digits', () => {
  it.each<[ShapeName, string[]]>([
    ['llama-3.2-1b', ['200', '1']],
    ['qwen3-0.6b', ['2', '0', '0', '1']],
  ])('%s', (name, pieces) => {
    const { json, config } = shapeTokenizer(tinyShape(name, { vocabSize: 4000 }), 1);
    const tokenizer = loadTokenizer(json, config);
    const { tokens } = tokenizer.encode([typed('2001')]);
    expect(tokens.map((token) => tokenizer.decode([token]))).toEqual(pieces);
  });
});

describe('other tokenizers', () => {
  const { json, config } = shapeTokenizer(tinyShape('gemma-3-270m'), 1);
  const model = json.model as Record<string, unknown> & { vocab: Record<string, number> };

  it('refuses those that would lose what they do not know', () => {
    const vocab = Object.fromEntries(Object.entries(model.vocab).filter(([token]) => token !== '<0xF0>'));
    expect(() => loadTokenizer({ ...json, model: { ...model, vocab } }, config)).toThrow('byte 240');
    expect(() => loadTokenizer({ ...json, model: { ...model, byte_fallback: false } }, config)).toThrow(
      'drops',
    );
    expect(() => loadTokenizer({ ...json, model: { ...model, type: 'Unigram' } }, config)).toThrow('Unigram');
  });

  it('puts no space before pieces where the family puts one before a text', () => {
    const normalizer = {
      type: 'Sequence',
      normalizers: [{ type: 'Prepend', prepend: '▁' }, json.normalizer],
    };
    const { decoders } = json.decoder as { decoders: object[] };
    const decoder = {
      type: 'Sequence',
      decoders: [...decoders, { type: 'Strip', content: ' ', start: 1, stop: 0 }],
    };
    const prefixing = loadTokenizer({ ...json, normalizer, decoder }, config);
    const plain = loadTokenizer(json, config);
    const pieces = [template('<A worker>'), typed(' nurse'), template('\n')];
    expect(prefixing.encode(pieces)).toEqual(plain.encode(pieces));
    expect(prefixing.decode(prefixing.encode([typed(' nurse')]).tokens)).toBe(' nurse');
  });
});

function writeFolder(folder: string, json: object, config: object): void {
  mkdirSync(folder);
  writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(json));
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify(config));
}
