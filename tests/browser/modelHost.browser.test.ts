import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CareerHistory } from '../../src/career/index.ts';
import { occ1990dd } from '../../src/occupation/index.ts';
import {
  connect,
  type ModelProgress,
  type ModelReport,
  type OnwardConnection,
} from '../../src/worker/index.ts';

const models = `${location.origin}/models/`;
const isThere = (await fetch(`${models}manifest.json`)).ok;
if (!isThere)
  console.warn('models/manifest.json is absent: npm run model:build makes it. The host is not tested.');

const waiters = occ1990dd.occupations.find(({ title }) => /waiter/i.test(title))?.title ?? '';
const history: CareerHistory = {
  personId: 'synthetic',
  population: 'NLSY97 dataset',
  sex: 'female',
  birthYear: 1982,
  observations: [
    { year: 2003, education: 'high school diploma or GED', occupationCode: null, title: 'Cashiers' },
    {
      year: 2005,
      education: 'high school diploma or GED',
      occupationCode: null,
      title: waiters,
    },
    {
      year: 2007,
      education: 'high school diploma or GED',
      occupationCode: null,
      title: waiters,
    },
  ],
};
const next = { year: 2009, education: 'high school diploma or GED' };
const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);

describe.skipIf(!isThere)("the app's own worker with the bundled model on the processor", () => {
  let worker: OnwardConnection;
  let report: ModelReport;
  const progress: ModelProgress[] = [];

  beforeAll(async () => {
    worker = connect({ models });
    await worker.deleteEverything();
    report = await worker.start('wasm', (step) => progress.push(step));
  }, 300_000);
  afterAll(() => worker.close());

  it('says what runs, where, and from which people', () => {
    expect(report.device.device).toBe('wasm');
    expect(report.isFromCache).toBe(false);
    expect(report.notKept).toBeUndefined();
    expect(report.populations.length).toBeGreaterThan(0);
    expect(report.device.attempts.at(-1)?.isUsable).toBe(true);
    expect(report.device.rememberedSince).toBeUndefined();
  });

  it('shows one bar that never goes back and is 1 exactly when ready', () => {
    const fractions = progress.map((step) => step.fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(progress.filter((step) => step.fraction === 1).map((step) => step.phase)).toEqual(['ready']);
    expect(progress.at(-1)?.phase).toBe('ready');
    expect(new Set(progress.map((step) => step.phase))).toEqual(
      new Set(['probing', 'downloading', 'compiling', 'ready']),
    );
  });

  it('gives every occupation a probability; a change of the last line reuses what was read', async () => {
    const prediction = await worker.predict({ history, next });
    expect(prediction.codes).toHaveLength(333);
    expect(sum(prediction.renormalised)).toBeCloseTo(1, 9);
    expect(sum(prediction.raw)).toBeCloseTo(prediction.validMass, 9);
    expect(prediction.validMass).toBeLessThanOrEqual(1 + 1e-4);
    const again = await worker.predict({ history, next: { ...next, year: 2011 } });
    expect(again.reusedTokens).toBeGreaterThan(prediction.promptTokens / 2);
    expect(sum(again.renormalised)).toBeCloseTo(1, 9);
  });

  it('scores a career as it predicts it', async () => {
    const done: number[] = [];
    const scores = await worker.scoreCareers([history, history], (count) => done.push(count));
    expect(done).toEqual([1, 2]);
    const past = { ...history, observations: history.observations.slice(0, 2) };
    const prediction = await worker.predict({ history: past, next: { ...next, year: 2007 } });
    const position = occ1990dd.occupations.findIndex(({ title }) => title === waiters);
    expect(scores[0].logProbs[2]).toBeCloseTo(Math.log(prediction.raw[position]), 3);
    expect(scores[0].stayLogProbs[2]).toBeCloseTo(scores[0].logProbs[2], 9);
    expect(scores[0].stayLogProbs[0]).toBeNaN();
  });

  it('shows the tokens of the text, whole', async () => {
    const tokens = await worker.tokenize(history, next);
    const text = tokens.map((token) => token.text).join('');
    expect(text).toContain(`2007 (high school diploma or GED): ${waiters}\n2009`);
    expect(text.endsWith('2009 (high school diploma or GED):')).toBe(true);
  });

  it('aborts a long scoring at once and goes on', async () => {
    const controller = new AbortController();
    const many = Array.from({ length: 500 }, () => history);
    const scored: number[] = [];
    const scores = worker.scoreCareers(
      many,
      (done) => {
        scored.push(done);
        controller.abort();
      },
      controller.signal,
    );
    await expect(scores).rejects.toMatchObject({ code: 'aborted' });
    expect(scored.length).toBeLessThan(500);
    expect((await worker.predict({ history, next })).codes).toHaveLength(333);
    expect(worker.status.phase).toBe('running');
  });

  it('comes from the store the second time', async () => {
    const second = connect({ models });
    const phases = new Set<string>();
    const cached = await second.start('wasm', (step) => phases.add(step.phase));
    expect(cached.isFromCache).toBe(true);
    expect(phases).toEqual(new Set(['probing', 'verifying', 'compiling', 'ready']));
    second.close();
  }, 300_000);

  it('takes the weights that an earlier visit found fastest, and measures again when told to forget', async () => {
    const began = Date.now();
    const second = connect({ models });
    const { device } = await second.start('wasm', () => undefined);
    expect(device.variant).toBe(report.device.variant);
    expect(device.rememberedSince).toBeLessThan(began);
    expect(device.reason).toContain('on an earlier visit');
    await second.forgetMeasurements();
    const measured = await second.start('wasm', () => undefined);
    expect(measured.device.rememberedSince).toBeUndefined();
    expect(measured.device.reason.match(/ ms/g)?.length).toBeGreaterThan(1);
    second.close();
  }, 300_000);
});
