import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { joinText, textify, type CareerHistory } from '../../../src/career/index.ts';
import { splitPanel, syntheticPanel } from '../../../src/evaluation/index.ts';
import { clusterArchive } from '../../../src/workbench/cluster/clusterArchive.ts';
import {
  usualClusterSettings,
  type ClusterSettings,
} from '../../../src/workbench/cluster/clusterSettings.ts';
import { readPeftConfig } from '../../../src/predictors/lora/peftConfig.ts';

const { careers } = syntheticPanel({ people: 200, seed: 1 });
const split = splitPanel(careers, { seed: 1 });
const settings: ClusterSettings = { ...usualClusterSettings, baseModel: 'some/model' };

function unpack(changes: Partial<ClusterSettings> = {}) {
  const pieces = [...clusterArchive(split, { ...settings, ...changes })];
  const files = unzipSync(new Uint8Array(Buffer.concat(pieces)));
  const text = (name: string) => strFromU8(files[name]);
  const lines = (name: string) =>
    text(name)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>);
  return { names: Object.keys(files).sort(), text, lines, pieces };
}

const texts = (people: readonly CareerHistory[]) => people.map((person) => joinText(textify(person)));

describe('a panel for a cluster', () => {
  it('holds the split, the settings and what to do', () => {
    const { names, text } = unpack();
    expect(names).toEqual([
      'README.md',
      'adapter_config.json',
      'data/test.jsonl',
      'data/train.jsonl',
      'data/validation.jsonl',
      'sft.yaml',
    ]);
    const readme = text('README.md');
    expect(readme).toContain('accelerate launch --num_processes 4 -m trl.scripts.sft --config sft.yaml');
    expect(readme).toContain(`| \`data/train.jsonl\` | ${split.fitting.length} |`);
    expect(readPeftConfig(text('adapter_config.json'))).toEqual({
      rank: 16,
      alpha: 32,
      baseModel: 'some/model',
    });
  });

  it('has a whole career a line, or a step: prompt and completion begin the career’s text', () => {
    const whole = unpack();
    expect(whole.lines('data/train.jsonl').map(({ text }) => text)).toEqual(texts(split.fitting));
    expect(whole.lines('data/validation.jsonl').map(({ text }) => text)).toEqual(texts(split.tuning));
    expect(whole.lines('data/test.jsonl').map(({ text }) => text)).toEqual(texts(split.test));

    const steps = unpack({ form: 'prompt-completion' }).lines('data/validation.jsonl');
    const expected = split.tuning.flatMap((person) =>
      person.observations.map((observation) => ({ person, observation })),
    );
    expect(steps).toHaveLength(expected.length);
    expected.forEach(({ person, observation }, i) => {
      const { prompt, completion } = steps[i];
      expect(completion).toBe(` ${observation.title}\n`);
      expect(prompt.endsWith(`${observation.year} (${observation.education ?? ''}):`)).toBe(true);
      expect(joinText(textify(person)).startsWith(prompt + completion)).toBe(true);
    });
  });

  it('applies the template', () => {
    const template = { titles: 'codes', birthYear: false } as const;
    const [first] = unpack({ template }).lines('data/train.jsonl');
    expect(first.text).toBe(joinText(textify(split.fitting[0], template)));
    expect(unpack({ template }).text('README.md')).toContain(
      'titles as codes, with demographics, without birth year',
    );
  });

  it('keeps a title that says a marker, or quotes, on its line as it is', () => {
    const observations = [
      { year: 2001, education: null, occupationCode: null, title: 'a "b"\n<END OF DATA>' },
    ];
    const person = { personId: '1', population: 'p', observations };
    const odd = { fitting: [person], tuning: [person], test: [] };
    const files = unzipSync(new Uint8Array(Buffer.concat([...clusterArchive(odd, settings)])));
    const [line, rest] = strFromU8(files['data/train.jsonl']).split('\n');
    expect(rest).toBe('');
    expect((JSON.parse(line) as { text: string }).text).toContain(': a "b" <END OF DATA>\n<END OF DATA>');
    expect(files['data/test.jsonl']).toBeUndefined();
  });

  it('gives TRL one JSON value a line', () => {
    const lines = unpack({ baseModel: 'a: "b" # c' }).text('sft.yaml').trimEnd().split('\n');
    const values = new Map(
      lines.map((line) => {
        const at = line.indexOf(': ');
        return [line.slice(0, at), JSON.parse(line.slice(at + 2)) as unknown];
      }),
    );
    expect(values.get('model_name_or_path')).toBe('a: "b" # c');
    expect(values.get('dataset_test_split')).toBe('validation');
    expect([values.get('lora_r'), values.get('use_peft')]).toEqual([16, true]);
    expect(values.size).toBe(lines.length);
  });

  it('is the same bytes each time, comes in pieces, stops when told to, and wants people to choose by', () => {
    const { pieces } = unpack({ form: 'prompt-completion' });
    expect(Buffer.concat(unpack({ form: 'prompt-completion' }).pieces).equals(Buffer.concat(pieces))).toBe(
      true,
    );
    expect(pieces.length).toBeGreaterThan(10);
    const signal = AbortSignal.abort();
    expect(() => [...clusterArchive(split, settings, { signal })]).toThrow(/Stopped/);
    expect(() => [...clusterArchive({ ...split, tuning: [] }, settings)]).toThrow(/no tuning people/);
  });
});
