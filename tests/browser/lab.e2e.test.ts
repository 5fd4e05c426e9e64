import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../src/lab/index.ts';
import { readPredictions, type ReadPrediction } from '../fixtures/predictionFiles.ts';
import { lab } from './labProgram.ts';

const hasModel = existsSync(join(projectRoot, 'models/manifest.json'));
let folder: string;
let panel: string;

const header = 'person_id,sex,birth_year,year,education,occupation_code,occupation_title';
const rows = [
  "1,female,1982,2001,bachelor's degree,in_school,In school",
  "1,female,1982,2003,bachelor's degree,in_school,In school",
  "1,female,1982,2005,bachelor's degree,not_working,Not working",
  '2,male,1981,2002,high school diploma or GED,not_working,Not working',
  '2,male,1981,2003,high school diploma or GED,not_working,Not working',
];

function perplexityOf(read: readonly ReadPrediction[]): number {
  const logProbs = read.map(({ probabilities, observedCode }) =>
    Math.log(probabilities.get(`p_${observedCode}`) ?? NaN),
  );
  return Math.exp(-logProbs.reduce((sum, value) => sum + value, 0) / read.length);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'onward-lab-'));
  panel = join(folder, 'panel.csv');
  writeFileSync(panel, `${[header, ...rows].join('\n')}\n`);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

// Each run starts a program of its own, some a browser with a model in it.
describe('npm run lab', { timeout: 300_000 }, () => {
  it('evaluates a baseline: one JSON object on stdout, the rest on stderr, rows in --out', async () => {
    const out = join(folder, 'out');
    const words = ['--model', 'transitions', '--train', panel, '--out', out, '--draws', '10'];
    const run = await lab('evaluate', panel, ...words);
    expect(run.status, run.stderr).toBe(0);
    expect(run.stdout.trim().split('\n')).toHaveLength(1);
    const { perplexity, counts, standardErrors, device } = run.json();
    expect(perplexity).toBeGreaterThan(1);
    expect(counts).toMatchObject({ people: 2, observations: 5, stay: 2 });
    expect(standardErrors).toHaveProperty('perplexity');
    expect(device).toBe('node');
    expect(readFileSync(join(out, 'transitions.csv'), 'utf8').trim().split('\n')).toHaveLength(
      1 + rows.length,
    );
    expect(run.stderr).toContain('Scoring');
  });

  it('leaves stdout empty and exits with 2 where the input is at fault', async () => {
    for (const words of [['evaluate', panel], ['predict', join(folder, 'nothing.csv')], ['conquer']]) {
      const run = await lab(...words);
      expect(run.status).toBe(2);
      expect(run.stdout).toBe('');
      expect(run.stderr).toContain('lab: ');
    }
  });

  it('asks which person of a panel to predict', async () => {
    const run = await lab('predict', panel, '--model', 'transitions', '--train', panel);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('holds 2 people');
  });

  it('predicts by a baseline', async () => {
    const run = await lab(
      'predict',
      panel,
      '--person',
      '2',
      '--model',
      'transitions',
      '--train',
      panel,
      '--top',
      '3',
    );
    expect(run.status, run.stderr).toBe(0);
    const { occupations, next, stay } = run.json() as {
      occupations: { code: string }[];
      next: unknown;
      stay: number;
    };
    expect(occupations).toHaveLength(3);
    expect(next).toEqual({ year: 2004, education: 'high school diploma or GED' });
    expect(stay).toBeGreaterThan(0);
  });

  it('saves what a baseline says before every observation', async () => {
    const file = join(folder, 'table.parquet');
    const words = ['--model', 'transitions', '--train', panel, '--save', file, '--draws', '0'];
    const run = await lab('evaluate', panel, ...words);
    expect(run.status, run.stderr).toBe(0);
    const { perplexity, saved } = run.json();
    expect(saved).toMatchObject({ file, people: 2, observations: 5, isRenormalised: false });
    const read = await readPredictions(new Blob([readFileSync(file)]), 'parquet');
    expect(perplexityOf(read)).toBeCloseTo(Number(perplexity), 4);
  });

  it.skipIf(!hasModel)('saves what models say inside the app, in either format', async () => {
    const save = async (model: string, format: 'csv' | 'parquet') => {
      const file = join(folder, `${model}.${format}`);
      const words = ['--model', model, '--device', 'wasm', '--draws', '0', '--save', file];
      const run = await lab('evaluate', panel, ...words, '--hidden-states');
      expect(run.status, run.stderr).toBe(0);
      const { perplexity, saved } = run.json();
      return { perplexity, saved, read: await readPredictions(new Blob([readFileSync(file)]), format) };
    };
    const { perplexity, saved, read } = await save('head', 'parquet');
    expect(saved).toMatchObject({ observations: 5, isRenormalised: false, hiddenSize: 256 });
    expect(perplexityOf(read)).toBeCloseTo(Number(perplexity), 4);
    expect(read[0].states).toHaveLength(256);
    const route = await save('language-route', 'csv');
    expect(route.saved).toMatchObject({ observations: 5, isRenormalised: true, hiddenSize: 256 });
    // What is divided by what the whole list has is at least as probable.
    expect(perplexityOf(route.read)).toBeLessThanOrEqual(Number(route.perplexity));
    expect(route.read.map(({ personId, year }) => [personId, year])).toEqual(
      read.map(({ personId, year }) => [personId, year]),
    );
    route.read.forEach(({ states }, row) =>
      states.forEach((value, i) => expect(value).toBeCloseTo(read[row].states[i], 1)),
    );
  });

  it.skipIf(!hasModel)('evaluates the bundled model inside the app, exactly where asked to', async () => {
    const run = await lab(
      'evaluate',
      panel,
      '--model',
      'language-route',
      '--device',
      'wasm',
      '--full',
      '--draws',
      '10',
    );
    expect(run.status, run.stderr).toBe(0);
    const report = run.json();
    expect(report).toMatchObject({ device: 'wasm', counts: { observations: 5, unscored: 0 } });
    expect(report.perplexity).toBeGreaterThan(1);
    expect(report.tokensPerSecond).toBeGreaterThan(0);
    expect(report.top1).not.toBeNull();
    expect(report.top10).toBeNull();
  });

  it.skipIf(!hasModel)('predicts with the bundled model: a distribution over the whole list', async () => {
    const run = await lab('predict', panel, '--person', '1', '--device', 'wasm');
    expect(run.status, run.stderr).toBe(0);
    const { occupations } = run.json() as { occupations: { probability: number }[] };
    expect(occupations).toHaveLength(333);
    expect(occupations.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
  });

  it('trains a model, whose files it then evaluates', async () => {
    const folk = join(folder, 'folk.csv');
    const lines = Array.from({ length: 40 }, (_, p) =>
      [2001, 2002, 2003].map((year) => `p${p},female,1982,${year},bachelor's degree,in_school,In school`),
    );
    writeFileSync(folk, `${[header, ...lines.flat()].join('\n')}\n`);
    const out = join(folder, 'career');
    const few = ['--set', 'epochs=2', '--set', 'hiddenSize=16', '--set', 'intermediateSize=16'];
    const run = await lab('train', folk, '--model', 'career', '--out', out, '--device', 'wasm', ...few);
    expect(run.status, run.stderr).toBe(0);
    const { epochs, fittingPeople, tuningPeople, tuningPerplexity } = run.json();
    expect(epochs).toHaveLength(2);
    expect((fittingPeople as number) + (tuningPeople as number)).toBe(40);
    expect(readdirSync(out).sort()).toEqual(['adapter.json', 'adapter.safetensors']);

    const evaluated = await lab('evaluate', folk, '--model', out, '--device', 'wasm', '--draws', '0');
    expect(evaluated.status, evaluated.stderr).toBe(0);
    const report = evaluated.json();
    expect(report).toMatchObject({ counts: { people: 40, observations: 120, unscored: 0 } });
    // All are alike, so that those who decided and all of them are equally hard.
    expect(report.perplexity).toBeCloseTo(tuningPerplexity as number, 3);
    expect(report.perplexity).toBeLessThan(300);

    const answered = await lab('predict', folk, '--person', 'p7', '--model', out, '--device', 'wasm');
    expect(answered.status, answered.stderr).toBe(0);
    const { occupations, stay } = answered.json() as { occupations: { probability: number }[]; stay: number };
    expect(occupations).toHaveLength(333);
    expect(occupations.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
    // Everybody whom it learned from stayed.
    expect(stay).toBeGreaterThan(1 / 333);
  });

  it('says which setting there is none of', async () => {
    const words = ['--model', 'career', '--out', join(folder, 'none'), '--set', 'epoch=2'];
    const run = await lab('train', panel, ...words);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('has no setting “epoch”');
  });

  it.skipIf(!hasModel)('evaluates what ships beside the language model, with ranks', async () => {
    const run = await lab('evaluate', panel, '--model', 'best', '--device', 'wasm', '--draws', '0');
    expect(run.status, run.stderr).toBe(0);
    const report = run.json();
    expect(report).toMatchObject({ device: 'wasm', counts: { observations: 5, unscored: 0 } });
    expect(report.top10).not.toBeNull();
  });
});
