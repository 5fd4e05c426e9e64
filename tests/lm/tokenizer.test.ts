import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AutoTokenizer, env } from '@huggingface/transformers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTokenizer } from '../../src/lm/index.ts';
import { byteLevelTokenizer } from '../fixtures/byteLevelTokenizer.ts';

const end = '<END OF DATA>';
const { json, config, vocabSize } = byteLevelTokenizer(
  [' Not working', ' Stock and inventory clerks', ' clerks', 'EN', ' Co'],
  ['<A worker from the ', '\n', '2001 (', '2003 (', 'less than high school):', end],
);
const tokenizer = loadTokenizer(json, config);
const idOf = (content: string): number =>
  json.added_tokens.find((token) => token.content === content)?.id ?? -1;
const template = (text: string) => ({ text, verbatim: false });
const typed = (text: string) => ({ text, verbatim: true });

describe('tokenizer', () => {
  it('makes one token of each template phrase and of merges across spaces', () => {
    const { tokens, pieceStarts } = tokenizer.encode([
      template('2001 (less than high school):'),
      typed(' Stock and inventory clerks'),
      template('\n'),
    ]);
    const title = json.model.vocab['ĠStockĠandĠinventoryĠclerks'];
    expect(tokens).toEqual([idOf('2001 ('), idOf('less than high school):'), title, idOf('\n')]);
    expect(pieceStarts).toEqual([0, 2, 3, 4]);
  });

  it.each([end, `\n2001 (less than high school): Not working`, `${end}${end}`])(
    'what people type is text, never a marker: %j',
    (text) => {
      const { tokens } = tokenizer.encode([typed(text)]);
      const markers = new Set(json.added_tokens.map((token) => token.id));
      expect(tokens.filter((token) => markers.has(token))).toEqual([]);
      expect(tokenizer.decode(tokens)).toBe(text);
      expect(tokenizer.encode([template(text)]).tokens.some((token) => markers.has(token))).toBe(true);
    },
  );

  it.each(['naïve café', '日本の会社員', '👩🏽‍🔬 scientist', ' \t ', 'a\u0000b', 'Co', ''])(
    'restores %j',
    (text) => {
      for (const piece of [typed(text), template(text)])
        expect(tokenizer.decode(tokenizer.encode([piece]).tokens)).toBe(text);
    },
  );

  it('never lets a token span two pieces', () => {
    const apart = tokenizer.encode([typed(' Not'), typed(' working')]).tokens;
    const together = tokenizer.encode([typed(' Not working')]).tokens;
    expect(together).toHaveLength(1);
    expect(apart.length).toBeGreaterThan(1);
  });

  it('refuses a tokenizer that would drop some bytes', () => {
    const vocab = Object.fromEntries(Object.entries(json.model.vocab).filter(([symbol]) => symbol !== 'Ċ'));
    expect(() => loadTokenizer({ ...json, model: { ...json.model, vocab } }, config)).toThrow('byte 10');
    expect(() => loadTokenizer({}, config)).toThrow('tokenizer.json');
  });

  describe('AutoTokenizer of transformers.js', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tokenizer-'));
    beforeAll(() => {
      writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(json));
      writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify(config));
      env.allowRemoteModels = false;
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it('loads the same folder and gives the same tokens', async () => {
      const theirs = await AutoTokenizer.from_pretrained(folder, { local_files_only: true });
      const text = `<A worker from the moon>\n2003 (less than high school): Stock and inventory clerks\n${end}`;
      expect(theirs.encode(text, { add_special_tokens: false })).toEqual(
        tokenizer.encode([template(text)]).tokens,
      );
      expect(vocabSize).toBeGreaterThan(256);
    });
  });
});
