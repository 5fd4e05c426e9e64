import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CareerHistory, formatCareerCsv } from '../../src/career/index.ts';
import { experiments, syntheticPanel } from '../../src/evaluation/index.ts';
import { lab } from './labProgram.ts';

let folder: string;
const file = (name: string) => join(folder, `${name}.csv`);
const write = (name: string, people: readonly CareerHistory[]) =>
  writeFileSync(file(name), formatCareerCsv(people));

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'onward-experiment-'));
  const { careers } = syntheticPanel({ people: 60, seed: 4, occupations: 8 });
  write('train', careers.slice(0, 40));
  write('test', careers.slice(40));
  write('some of both', careers.slice(39));
  const others = syntheticPanel({ people: 30, seed: 5, occupations: 8 }).careers;
  write(
    'others',
    others.map(({ population: _, ...person }) => ({ ...person, population: 'neighbours' })),
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

// Each run starts a program of its own, some a browser with a model in it.
describe('npm run lab -- experiment', { timeout: 300_000 }, () => {
  it('answers with error bars and paired differences: JSON on stdout, a table for people, files in --out', async () => {
    const out = join(folder, 'out');
    const files = ['--train', file('train'), '--test', file('test'), '--other', file('others')];
    const few = ['--people', '30', '--set', 'epochs=2', '--draws', '50', '--device', 'wasm', '--out', out];
    const run = await lab('experiment', 'small-vs-large', ...files, ...few);
    expect(run.status, run.stderr).toBe(0);
    expect(run.stdout.trim().split('\n')).toHaveLength(1);
    const report = run.json() as {
      panel: Record<string, number>;
      arms: { arm: string; epochs: number; learnedFrom: { people: number; others: number } }[];
      comparison: { models: { name: string; metrics: { perplexity: number } }[] };
      contrasts: { first: string; second: string; difference: number; standardError: number }[];
    };
    // Of 60 people 20 are test people, and so they are of 30.
    expect(report.panel).toMatchObject({ test: 10, optimum: null });
    // Each part is rounded by itself.
    expect(Math.abs(report.panel.fitting + report.panel.tuning - 20)).toBeLessThanOrEqual(1);
    expect(report.arms.map(({ epochs }) => epochs)).toEqual([2, 2, 2, 2]);
    expect(report.arms.map(({ learnedFrom }) => learnedFrom.others)).toEqual([0, 0, 30, 30]);
    const perplexity = new Map(
      report.comparison.models.map(({ name, metrics }) => [name, metrics.perplexity]),
    );
    for (const { first, second, difference, standardError } of report.contrasts) {
      expect(difference).toBeCloseTo((perplexity.get(first) ?? NaN) - (perplexity.get(second) ?? NaN), 9);
      expect(standardError).toBeGreaterThan(0);
    }
    expect(readdirSync(out).sort()).toEqual(['csv', 'json', 'txt'].map((end) => `small-vs-large.${end}`));
    const table = readFileSync(join(out, 'small-vs-large.txt'), 'utf8');
    expect(run.stderr).toContain(table.trim());
    expect(table).toContain(`Small CAREER  `);
    expect(table).toContain(perplexity.get('small')?.toFixed(3));
    const csv = readFileSync(join(out, 'small-vs-large.csv'), 'utf8');
    expect(csv).toMatch(/^small,large,perplexity,all,10,/m);
  });

  it('lists what can be asked, a line each', async () => {
    const run = await lab('experiment');
    expect(run.status).toBe(0);
    const listed = run.json().experiments as { name: string }[];
    expect(listed.map(({ name }) => name)).toEqual(experiments.map(({ name }) => name));
    for (const { name, question } of experiments)
      expect(run.stderr).toMatch(new RegExp(`^${name} +${question.replace('?', '\\?')}`, 'm'));
  });

  it('tests nobody who was learned from, and takes no setting that no model has', async () => {
    const shared = await lab(
      'experiment',
      'routes',
      '--train',
      file('train'),
      '--test',
      file('some of both'),
    );
    expect(shared.status).toBe(2);
    expect(shared.stderr).toContain('Person S40 is in ');
    const files = ['--train', file('train'), '--test', file('test')];
    const unknown = await lab('experiment', 'routes', ...files, '--set', 'epoch=2', '--device', 'wasm');
    expect(unknown.status, unknown.stderr).toBe(2);
    expect(unknown.stderr).toContain('no arm takes epoch=2');
    expect(unknown.stdout).toBe('');
  });
});
