import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../src/lab/index.ts';
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
