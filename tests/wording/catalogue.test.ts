import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, expectTypeOf, it } from 'vitest';
import { projectRoot } from '../../src/lab/projectRoot.ts';
import {
  catalogue,
  count,
  english,
  onLanguage,
  pieces,
  plural,
  speak,
  trackReading,
  withoutTags,
  type Words,
} from '../../src/wording/index.ts';

const words = catalogue('toy', {
  title: 'Delete everything',
  read: (rows: number, file: string) => `Read ${plural(rows, { one: '# row', other: '# rows' })} of ${file}`,
});

afterEach(() => speak(english));

describe('a catalogue', () => {
  it('says a message in the language spoken, and in English what that language lacks', () => {
    speak({ tag: 'de', name: 'Deutsch', parts: { toy: { title: 'Alles löschen' } } });
    expect(words.title).toBe('Alles löschen');
    expect(words.read(1, 'a.csv')).toBe('Read 1 row of a.csv');
    speak(english);
    expect(words.title).toBe('Delete everything');
  });

  it('types the values of a message', () => {
    expectTypeOf(words.title).toEqualTypeOf<string>();
    expectTypeOf(words.read).parameters.toEqualTypeOf<[rows: number, file: string]>();
  });

  it('tells that words were read, and that they are other ones now', () => {
    const told: string[] = [];
    trackReading(() => told.push('read'));
    const stop = onLanguage(() => told.push('changed'));
    expect(words.title).toBe('Delete everything');
    speak(english);
    stop();
    speak(english);
    trackReading(() => undefined);
    expect(told).toEqual(['read', 'changed']);
  });
});

describe('numbers in messages', () => {
  it('take the plural and the separators of the language', () => {
    const forms = { one: '# miejsce', few: '# miejsca', many: '# miejsc', other: '# miejsca' };
    speak({ tag: 'pl', name: 'polski', parts: {} });
    expect([1, 3, 5, 22].map((value) => plural(value, forms))).toEqual([
      '1 miejsce',
      '3 miejsca',
      '5 miejsc',
      '22 miejsca',
    ]);
    speak({ tag: 'de', name: 'Deutsch', parts: {} });
    expect(count(12_736)).toBe('12.736');
  });
});

describe('tags in messages', () => {
  it('cut a message into pieces and leave what is no pair', () => {
    expect(pieces('Read <link>how</link>, if 1 < 2.')).toEqual([
      { tag: null, text: 'Read ' },
      { tag: 'link', text: 'how' },
      { tag: null, text: ', if 1 < 2.' },
    ]);
    expect(withoutTags('<strong>All</strong> of it')).toBe('All of it');
  });
});

describe('the messages of the app', () => {
  const folder = join(projectRoot, 'messages');
  const files = readdirSync(folder).filter((name) => name.endsWith('.ts'));

  it.each(files)('%s says the part that it is', async (file) => {
    const { words: said } = (await import(join(folder, file))) as { words: Words };
    speak({ tag: 'x', name: 'x', parts: { [file.replace('.ts', '')]: { ofThisFile: 'here' } } });
    expect(said.ofThisFile).toBe('here');
  });
});
