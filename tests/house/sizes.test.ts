import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSources, type Source } from './sources.ts';

const rooms = readSources('src');
const all = [...rooms, ...readSources('tests', 'models')];

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1];
}

const paths = (sources: readonly Source[]) => sources.map(({ path, lines }) => `${path} (${lines})`);

describe('the sources', () => {
  it('have no file above 300 lines', () => {
    expect(paths(all.filter(({ lines }) => lines > 300))).toEqual([]);
  });

  it('have a median of at most 110 lines and a 90th percentile of at most 220', () => {
    const lines = rooms.map((source) => source.lines);
    expect(quantile(lines, 0.5)).toBeLessThanOrEqual(110);
    expect(quantile(lines, 0.9)).toBeLessThanOrEqual(220);
  });

  it('have no name that says nothing', () => {
    const empty = /(^|[^a-z])(utils?|helpers?|manager|service|common|misc)($|[^a-z])/i;
    const words = (path: string) => path.replace(/([a-z])([A-Z])/g, '$1 $2');
    expect(all.map(({ path }) => path).filter((path) => empty.test(words(path)))).toEqual([]);
  });

  it('are named by camelCase nouns, components in PascalCase', () => {
    const isFit = (name: string) =>
      /^[a-z][a-zA-Z0-9]*(\.(browser|e2e|svelte|worker))?(\.test)?\.ts$/.test(name) ||
      /^[A-Z][a-zA-Z0-9]*\.svelte$/.test(name);
    expect(all.map(({ path }) => path).filter((path) => !isFit(basename(path)))).toEqual([]);
  });

  it('silence no check', () => {
    // Spelled in pieces, since this file is a source too.
    const silencers = ['@ts-', 'eslint-'].map((prefix) => new RegExp(`${prefix}(ignore|nocheck|disable)`));
    expect(paths(all.filter(({ text }) => silencers.some((silencer) => silencer.test(text))))).toEqual([]);
  });
});

describe('the rooms', () => {
  const indexes = rooms.filter(({ path }) => /^src\/[^/]+\/index\.ts$/.test(path));

  it('have each an index', () => {
    const names = new Set(rooms.flatMap(({ room }) => room ?? []));
    expect(indexes.map(({ room }) => room)).toEqual([...names].sort());
  });

  it('say in 5 to 10 lines at the top of it what they own and promise', () => {
    // The marks that open and close the comment count, too.
    const headerLines = (text: string) => /^\/\*\*?\n[^]*?\*\//.exec(text)?.[0].split('\n').length ?? 0;
    const unfit = indexes.filter(({ text }) => headerLines(text) < 6 || headerLines(text) > 12);
    expect(unfit.map(({ path, text }) => `${path} (${headerLines(text)})`)).toEqual([]);
  });
});
