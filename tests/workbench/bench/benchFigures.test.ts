import { describe, expect, it } from 'vitest';
import { benchCsv, type BenchEntry, benchFigures, type BenchReport } from '../../../src/worker/index.ts';
import { report as modelReport } from '../../worker/scriptedHost.ts';

const timing = { medianMs: 20, leastMs: 10, mostMs: 40, runs: 3 };
const report: BenchReport = {
  model: '=cmd',
  revision: '1',
  device: modelReport('wasm').device,
  contextLength: 1024,
  layerWeights: 100,
  headWeights: 10,
  limits: {
    products: [{ rows: 2, inner: 3, columns: 5, elementType: 'float32', timing, flopPerSecond: 3000 }],
    flopPerSecond: 3000,
    copy: { bytes: 1000, timing, bytesPerSecond: 50_000 },
  },
  prefill: [
    { tokens: 64, timing, prefillTokensPerSecond: 3200, flop: 30, flopPerSecond: 1500, shareOfProduct: 0.5 },
  ],
  leftOut: [{ tokens: 256, expectedMs: 30_000 }],
  decode: {
    prefixTokens: 128,
    timing,
    decodeTokensPerSecond: 50,
    weightBytes: 400,
    weightBytesPerSecond: 20_000,
    shareOfCopy: 0.4,
  },
  answer: {
    records: 5,
    titles: 333,
    promptTokens: 90,
    forwardedNodes: 700,
    cold: timing,
    reused: timing,
    reusedTokens: 80,
  },
  memory: { fileBytes: 500, weightBytes: 600, cacheBytesPerToken: 4, cacheBytes: 4096 },
  seconds: 3,
  machine: { userAgent: 'a, browser', cores: 2, isCrossOriginIsolated: true, measuredAt: '2026-01-01' },
  pageMemory: { bytes: null, reason: 'nobody asked' },
};
const start = { device: 'wasm', timeToFirstAnswerMs: 900, loadMs: 800 } as const;
const entry: BenchEntry = {
  report,
  firstAnswers: [
    { ...start, isFromCache: false, isRemembered: false },
    { ...start, isFromCache: true, isRemembered: false },
    { ...start, isFromCache: true, isRemembered: true },
  ],
};

describe('figures of a bench', () => {
  const figures = benchFigures(entry);
  const named = (name: string) => figures.filter((figure) => figure.name === name);

  it('tell cold starts from warm ones', () => {
    expect(named('timeToFirstAnswerMs').map(({ about }) => about)).toEqual([
      'cold start, weights fetched',
      'first start, weights stored before',
      'warm start',
    ]);
  });

  it('turn the slowest run into the lowest rate', () => {
    expect(named('prefillTokensPerSecond')).toEqual([
      {
        name: 'prefillTokensPerSecond',
        about: '64 tokens',
        unit: 'tokens/s',
        value: 3200,
        least: 1600,
        most: 6400,
        runs: 3,
        share: 0.5,
      },
    ]);
    expect(named('decodeTokensPerSecond')[0]).toMatchObject({ value: 50, least: 25, most: 100, share: 0.4 });
    expect(named('productFlopPerSecond')[0]).toMatchObject({ value: 3000, least: 1500, most: 6000 });
    expect(named('answerMs')[0]).toMatchObject({ value: 20, least: 10, most: 40 });
  });

  it('say why something could not be measured', () => {
    const unknown = named('memoryBytes').filter(({ value }) => value === null);
    expect(unknown.map(({ reason }) => reason)).toEqual(['nobody asked', 'no browser tells a page']);
  });

  it('are one row each as CSV, with the machine; no cell is a formula', () => {
    const lines = benchCsv([entry]).trim().split('\r\n');
    expect(lines).toHaveLength(1 + figures.length);
    expect(lines[0]).toContain('figure,about,unit,value,least,most,runs,share_of_limit');
    for (const line of lines.slice(1)) expect(line).toMatch(/^'=cmd,1,fp32,wasm,.*"a, browser",2026-01-01/);
    expect(
      lines.some((line) => line.endsWith('prefillTokensPerSecond,64 tokens,tokens/s,3200,1600,6400,3,0.5')),
    ).toBe(true);
  });
});
