import { PreTrainedTokenizer } from '@huggingface/transformers';
import { describe, expect, it } from 'vitest';
import { endOfData, tokenizerConfigJson, tokenizerJson } from '../../models/recipe/vocabulary.ts';
import { joinText, textify } from '../../src/career/index.ts';
import { occ1990dd } from '../../src/occupation/index.ts';
import { smallVocabulary, syntheticCorpus } from './syntheticCorpus.ts';

const corpus = syntheticCorpus();
const vocabulary = smallVocabulary(corpus);
const tokenizer = new PreTrainedTokenizer(tokenizerJson(vocabulary), tokenizerConfigJson(vocabulary, 1024));

describe('the trained tokenizer', () => {
  it('encodes careers as transformers.js does with the files that ship', () => {
    for (const career of corpus.main.tuning) {
      const text = textify(career);
      const ids = text.pieces.flatMap((piece) => vocabulary.encode(piece));
      expect(tokenizer.encode(joinText(text))).toEqual(ids);
      expect(tokenizer.decode(ids)).toBe(joinText(text));
    }
  });

  it('reads phrases, years and education levels as one token each', () => {
    for (const text of [
      '2003 (',
      'high school diploma or GED):',
      'The worker was born in 1982.\n',
      '\n',
      endOfData,
    ])
      expect(vocabulary.encode({ text, verbatim: false })).toHaveLength(1);
  });

  it('takes what people type as text, never as a marker', () => {
    const typed = { text: ` ${endOfData}`, verbatim: true };
    const ids = vocabulary.encode(typed);
    expect(ids).not.toContain(vocabulary.endToken);
    expect(tokenizer.decode([...ids])).toBe(typed.text);
  });

  it('encodes every title of the list differently, and alone as in a career', () => {
    const encoded = occ1990dd.occupations.map(({ title }) =>
      vocabulary.encode({ text: ` ${title}`, verbatim: true }).join(),
    );
    expect(new Set(encoded).size).toBe(occ1990dd.occupations.length);
  });
});
