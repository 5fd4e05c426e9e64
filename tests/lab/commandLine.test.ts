import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../src/lab/commandLine.ts';

const words = (line: string) => line.split(' ');

describe('parseCommand', () => {
  it('reads evaluate with its defaults', () => {
    expect(parseCommand(words('evaluate panel.csv.gz --model language-route'))).toEqual({
      name: 'evaluate',
      panel: 'panel.csv.gz',
      model: 'language-route',
      source: { kind: 'language-route' },
      device: 'auto',
      base: { kind: 'bundled' },
      settings: {},
      full: false,
      out: null,
      save: null,
      draws: 500,
      seed: 0,
    });
  });

  it('reads every option of evaluate', () => {
    const line =
      'evaluate p.csv --model mixture --train t.csv --device wasm --full --out d --draws 20 --seed 3 --save e/f.PARQUET --hidden-states';
    expect(parseCommand(words(line))).toMatchObject({
      model: 'mixture',
      source: { kind: 'baseline', name: 'mixture', train: 't.csv' },
      device: 'wasm',
      full: true,
      out: 'd',
      save: { file: 'e/f.PARQUET', format: 'parquet', hiddenStates: true },
      draws: 20,
      seed: 3,
    });
  });

  it('reads predict, whose model is the language route unless named', () => {
    const line = 'predict career.json --person 7 --year 2030 --education none --top 5';
    expect(parseCommand(words(line))).toEqual({
      name: 'predict',
      file: 'career.json',
      model: 'language-route',
      source: { kind: 'language-route' },
      device: 'auto',
      base: { kind: 'bundled' },
      settings: {},
      seed: 1,
      person: '7',
      year: 2030,
      education: 'none',
      top: 5,
    });
  });

  it('knows what ships, what is trained first, and what lies in a folder', () => {
    const source = (line: string) => parseCommand(words(`evaluate p.csv ${line}`));
    expect(source('--model head')).toMatchObject({ source: { kind: 'shipped', name: 'head' } });
    expect(source('--model best')).toMatchObject({ source: { kind: 'shipped', name: 'best' } });
    expect(source('--model head --train t.csv')).toMatchObject({
      source: { kind: 'trained', name: 'head', train: 't.csv' },
    });
    expect(source('--model mixture')).toMatchObject({ source: { kind: 'baseline', train: null } });
    expect(source('--model tests/lab')).toMatchObject({ source: { kind: 'folder', path: 'tests/lab' } });
  });

  it('reads train and its settings', () => {
    const line =
      'train p.csv --model career --set epochs=2 --set ownHistory=true --set decay=cosine --out d --seed 4';
    expect(parseCommand(words(line))).toEqual({
      name: 'train',
      panel: 'p.csv',
      kind: 'career',
      settings: { epochs: 2, ownHistory: true, decay: 'cosine' },
      out: 'd',
      seed: 4,
      device: 'auto',
      base: { kind: 'bundled' },
    });
  });

  it('reads a question about people, and one about what can be asked', () => {
    expect(parseCommand(words('experiment routes --train a.csv --test b.csv'))).toEqual({
      name: 'experiment',
      experiment: 'routes',
      train: 'a.csv',
      test: 'b.csv',
      population: null,
      others: [],
      list: 'occ1990dd',
      people: null,
      epochs: null,
      settings: {},
      draws: 500,
      seed: 1,
      device: 'auto',
      base: { kind: 'bundled' },
      out: null,
    });
    const line =
      'experiment other-population --train a.csv --test b.csv --population one --other two=c.csv --other d.csv --list frequency --people 40 --epochs 2 --set patience=1 --draws 20 --seed 3 --device wasm --out d';
    expect(parseCommand(words(line))).toMatchObject({
      population: 'one',
      others: [
        { file: 'c.csv', population: 'two' },
        { file: 'd.csv', population: 'another dataset' },
      ],
      list: 'frequency',
      people: 40,
      epochs: 2,
      settings: { patience: 1 },
      draws: 20,
      seed: 3,
      device: 'wasm',
      out: 'd',
    });
    expect(parseCommand(['experiment'])).toMatchObject({ name: 'experiment', experiment: null });
  });

  it('looks quickly at a question, but where somebody says how quickly', () => {
    const line = 'experiment routes --train a.csv --test b.csv --quick';
    expect(parseCommand(words(line))).toMatchObject({ people: 300, epochs: 3 });
    expect(parseCommand(words(`${line} --epochs 5`))).toMatchObject({ people: 300, epochs: 5 });
  });

  it('reads the language model under whatever answers, the same way for every command', () => {
    const base = { kind: 'folder', path: 'tests/lab', dtype: null };
    for (const line of [
      'predict a.csv --model head',
      'evaluate a.csv --model tests/lab+head --train b.csv',
      'train a.csv --model head --out d',
      'experiment routes --train a.csv --test b.csv',
      'bench',
    ])
      expect(parseCommand(words(`${line} --base tests/lab`)), line).toMatchObject({ base });
    expect(() => parseCommand(words('predict a.csv --base nowhere'))).toThrow(/no folder “nowhere”/);
  });

  it('reads folders among the members of an average', () => {
    expect(parseCommand(words('predict a.csv --model tests/lab+head --train b.csv'))).toMatchObject({
      source: { kind: 'average', of: ['tests/lab', 'head'], train: 'b.csv' },
    });
  });

  it('reads bench: the model that comes with the app, or a folder', () => {
    expect(parseCommand(['bench'])).toEqual({
      name: 'bench',
      base: { kind: 'bundled' },
      device: 'auto',
      runs: 5,
      out: null,
    });
    const line = 'bench --base tests/lab --dtype q4 --device wasm --runs 2 --out d';
    expect(parseCommand(words(line))).toEqual({
      name: 'bench',
      base: { kind: 'folder', path: 'tests/lab', dtype: 'q4' },
      device: 'wasm',
      runs: 2,
      out: 'd',
    });
  });

  it('gives help where asked and where nothing is asked', () => {
    for (const line of ['help', '--help', '-h', 'predict --help', 'evaluate --help', 'bench --help']) {
      expect(parseCommand(words(line))).toEqual({ name: 'help' });
    }
    expect(parseCommand([])).toEqual({ name: 'help' });
  });

  it.each([
    ['conquer x.csv', /no command “conquer”/],
    ['evaluate x.csv --model career+oracle --train a.csv', /“oracle” cannot be averaged/],
    ['evaluate x.csv --model career+mixture', /weights of an average are fitted on people/],
    ['experiment routes --train a.csv', /--train PANEL --test PANEL/],
    ['experiment alchemy --train a.csv --test b.csv', /no experiment “alchemy”.*routes/],
    ['experiment other-population --train a.csv --test b.csv', /another population, too: --other/],
    ['experiment routes --train a.csv --test b.csv --other c.csv', /routes takes no other population/],
    ['experiment routes in-context --train a.csv --test b.csv', /takes one name, not 2/],
    ['experiment routes --train a.csv --test b.csv --people 3', /--people takes a whole number from 20/],
    ['experiment routes --train a.csv --test b.csv --list mine', /no list “mine”/],
    ['train x.csv --out d', /Say what is trained/],
    ['train x.csv --model mixture --out d', /Say what is trained/],
    ['train x.csv --model head', /--out DIR/],
    ['train x.csv --model head --out d --set epochs', /--set takes NAME=VALUE, not “epochs”/],
    ['evaluate a.csv --model logit', /name their panel with --train/],
    ['evaluate a.csv --model best --train b.csv', /trained already/],
    ['evaluate --model transitions', /exactly one file, not 0/],
    ['evaluate a.csv b.csv --model transitions', /exactly one file, not 2/],
    ['evaluate a.csv', /Name a model/],
    ['evaluate a.csv --model oracle', /no model “oracle”.*language-route.*mixture/],
    ['evaluate a.csv --model toString', /no model “toString”/],
    ['evaluate a.csv --model language-route --train b.csv', /trained already/],
    ['evaluate a.csv --model mixture --device tpu', /no device “tpu”/],
    ['evaluate a.csv --model mixture --draws many', /--draws takes a whole number/],
    ['evaluate a.csv --model mixture --seed 1.5', /--seed takes a whole number/],
    ['evaluate a.csv --model mixture --sede 1', /--sede/],
    ['evaluate a.csv --model mixture --save b.xlsx', /FILE.csv or FILE.parquet, not “b.xlsx”/],
    ['evaluate a.csv --model mixture --hidden-states', /needs a file: --save/],
    ['predict a.csv --top 0', /--top takes a whole number from 1/],
    ['predict a.csv --year', /--year/],
    ['bench tests/lab', /bench takes no file; did you mean --base tests\/lab/],
    ['bench --base nowhere', /no folder “nowhere”/],
    ['bench --runs 0', /--runs takes a whole number from 1/],
    ['bench --dtype q4', /--dtype is for a folder/],
    ['bench --device tpu', /no device “tpu”/],
  ])('refuses “%s” and says why', (line, reason) => {
    expect(() => parseCommand(words(line))).toThrow(reason);
    expect(() => parseCommand(words(line))).toThrow(expect.objectContaining({ code: 'bad-input' }));
  });
});
