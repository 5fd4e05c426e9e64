import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it } from 'vitest';
import { shippedResources } from '../../../models/recipe/shippedResources.ts';
import type { ScoredCareer } from '../../../src/evaluation/index.ts';
import type { ArmProgress, ExperimentRequest } from '../../../src/worker/index.ts';
import { ArmAnswers } from '../../../src/workbench/experiments/armAnswers.ts';
import type { AskedArm } from '../../../src/workbench/experiments/armModel.ts';
import { Experiments } from '../../../src/workbench/experiments/experiments.ts';
import type { KeptArms } from '../../../src/workbench/experiments/keptArms.ts';
import type { LearningResources } from '../../../src/predictors/preparedRun.ts';
import { Turns } from '../../../src/platform/turns.ts';
import { deleteStores, learningPlace, never, quiet, syntheticRequest } from '../nodeLearning.ts';

const shipped = await shippedResources();
afterEach(deleteStores);

/** Enough for figures, few enough for a text model in a test. */
const few = { seed: 1, people: 60, epochs: 1, draws: 50 };

async function place(resources: LearningResources = shipped) {
  const inside = learningPlace(resources);
  const panel = await inside.panels.add(syntheticRequest);
  const other = await inside.panels.add({
    ...syntheticRequest,
    name: 'Others',
    origin: { kind: 'synthetic', people: 120, seed: 9, occupations: 8 },
  });
  const own = { ...inside, resources, turns: new Turns() };
  const experiments = new Experiments(own);
  const request = (name: string, more: Partial<ExperimentRequest> = {}): ExperimentRequest => ({
    name,
    panel: panel.id,
    ...few,
    ...more,
  });
  return { ...own, panel, other, experiments, request };
}

/** One arm asked by itself, on all people of the invented panel. */
async function answersOf(arm: AskedArm) {
  const { panels, panel, ...armPlace } = await place();
  const kept: KeptArms = { trained: new Map(), answers: new Map() };
  const open = await panels.open(panel.id);
  const people = { panel: open, other: null, others: [] };
  const asking = new ArmAnswers(people, { name: '', panel: panel.id, seed: 1, epochs: 6 }, kept, armPlace);
  const said = await asking.answers(arm, ['test'], { tell: quiet, signal: never });
  await asking.dispose();
  return { scores: said.test ?? [], optimum: open.row.optimum ?? NaN, people: open.people.test };
}

const arm = (more: Partial<AskedArm>): AskedArm => ({
  name: 'arm',
  label: 'An arm',
  model: 'transitions',
  isFitted: true,
  ...more,
});
const nlls = (scores: readonly ScoredCareer[]) =>
  scores.flatMap(({ logProbs }) => [...logProbs]).filter((value) => !Number.isNaN(value));
const perplexity = (scores: readonly ScoredCareer[]) =>
  Math.exp(-nlls(scores).reduce((sum, value) => sum + value, 0) / nlls(scores).length);

describe('an arm', () => {
  it('of order 1 loses nothing by one record, where a model of whole histories does', async () => {
    const cut = { shownWhenPredicting: { lastRecords: 1 } };
    const whole = await answersOf(arm({}));
    const last = await answersOf(arm(cut));
    expect(last.scores).toEqual(whole.scores);
    expect(perplexity(last.scores)).toBeGreaterThan(whole.optimum);
    const mixture = await answersOf(arm({ model: 'mixture' }));
    const cutMixture = await answersOf(arm({ model: 'mixture', ...cut }));
    expect(cutMixture.scores[0].logProbs).not.toEqual(mixture.scores[0].logProbs);
  });

  it('of CAREER cut to more records than there are says the same, and knows less without demographics', async () => {
    const career = {
      model: 'career',
      settings: { hiddenSize: 16, intermediateSize: 32, layers: 1 },
    } as const;
    const whole = await answersOf(arm(career));
    const uncut = await answersOf(arm({ ...career, shownWhenPredicting: { lastRecords: 99 } }));
    const close = uncut.scores.map(({ logProbs }, p) =>
      logProbs.every((value, t) => Math.abs(value - whole.scores[p].logProbs[t]) < 1e-4),
    );
    expect(close.every(Boolean)).toBe(true);
    const hidden = await answersOf(arm({ ...career, shown: { demographics: false } }));
    expect(hidden.scores[0].logProbs).not.toEqual(whole.scores[0].logProbs);
  });
});

describe('an experiment', () => {
  it('answers its question: contrasts are differences of perplexity on the same observations', async () => {
    const { experiments, request, panel } = await place();
    const told: ArmProgress[] = [];
    const name = 'off-the-shelf-vs-fine-tuned';
    const report = await experiments.run(request(name), (progress) => told.push(progress), never);
    const [shelf, tuned] = report.comparison.models;
    expect([shelf.name, tuned.name]).toEqual(['off-the-shelf', 'fine-tuned']);
    const [contrast] = report.contrasts;
    expect(contrast).toMatchObject({ first: 'fine-tuned', second: 'off-the-shelf' });
    expect(contrast.difference).toBeCloseTo(
      (tuned.metrics.perplexity ?? NaN) - (shelf.metrics.perplexity ?? NaN),
      10,
    );
    // The shipped model has never seen an invented market.
    expect(contrast.difference).toBeLessThan(0);
    expect(report.arms.map(({ epochs, learnedFrom }) => [epochs, learnedFrom.people > 0])).toEqual([
      [null, false],
      [1, true],
    ]);
    expect(report.panel.test + report.panel.fitting + report.panel.tuning).toBeLessThan(panel.people);
    expect(told.map(({ index }) => index)).toEqual(told.map(({ index }) => index).sort());
    expect(new Set(told.map(({ doing }) => doing))).toEqual(new Set(['training', 'scoring']));

    const again: ArmProgress[] = [];
    const repeated = await experiments.run(request(name), (progress) => again.push(progress), never);
    expect(again).toEqual([]);
    expect(repeated).toEqual(report);
  });

  it('goes on where it was cancelled, and forgets a deleted panel', async () => {
    const { experiments, request, panel } = await place();
    const cancel = new AbortController();
    const cancelled = experiments.run(
      request('off-the-shelf-vs-fine-tuned'),
      ({ doing }) => {
        if (doing === 'training') cancel.abort();
      },
      cancel.signal,
    );
    await expect(cancelled).rejects.toMatchObject({ code: 'aborted' });
    const arms = async () => {
      const told: ArmProgress[] = [];
      await experiments.run(request('off-the-shelf-vs-fine-tuned'), (each) => told.push(each), never);
      return new Set(told.map(({ arm: name }) => name));
    };
    expect(await arms()).toEqual(new Set(['fine-tuned']));
    experiments.forget(panel.id);
    expect(await arms()).toEqual(new Set(['off-the-shelf', 'fine-tuned']));
  });

  it('waits for one that is cancelled, and for no other', async () => {
    const { experiments, request } = await place();
    const cancel = new AbortController();
    const first = experiments.run(request('in-context'), () => cancel.abort(), cancel.signal);
    await expect(experiments.run(request('in-context'), quiet, never)).rejects.toMatchObject({
      code: 'in-use',
    });
    cancel.abort();
    const second = experiments.run({ ...request('in-context'), people: 20 }, quiet, never);
    await expect(first).rejects.toMatchObject({ code: 'aborted' });
    expect((await second).comparison.models).toHaveLength(4);
  });

  it('answers with codes for titles, on the same observations', async () => {
    const { experiments, request } = await place();
    const { comparison, contrasts } = await experiments.run(request('titles-vs-codes'), quiet, never);
    expect(comparison.counts.unscored).toBe(0);
    for (const { metrics } of comparison.models) expect(metrics.perplexity).toBeGreaterThan(1);
    expect(contrasts[0].difference).not.toBe(0);
  });

  it('trains once for arms that are only shown less when they predict', async () => {
    const { experiments, request } = await place();
    const told: ArmProgress[] = [];
    const short = { ...request('history-length'), people: 30 };
    const { comparison } = await experiments.run(short, (progress) => told.push(progress), never);
    const trained = told.filter(({ doing }) => doing === 'training').map(({ arm: name }) => name);
    expect(new Set(trained)).toEqual(new Set(['all']));
    const perplexities = comparison.models.map(({ metrics }) => metrics.perplexity);
    expect(new Set(perplexities).size).toBe(6);
  });

  it('learns from shares of another population, and says of how many', async () => {
    const { experiments, request, other } = await place();
    await expect(experiments.run(request('small-vs-large'), quiet, never)).rejects.toThrow(
      /another population/,
    );
    const report = await experiments.run(request('small-vs-large', { other: other.id }), quiet, never);
    expect(report.other?.people).toBe(60);
    expect(report.arms.map(({ learnedFrom }) => learnedFrom.others)).toEqual([0, 0, 60, 60]);
    expect(report.contrasts.length).toBe(4);
  });

  it('compares all the ways to predict, their average among the best', async () => {
    const { experiments, request } = await place();
    const { comparison, arms } = await experiments.run(request('routes'), quiet, never);
    const answered = comparison.models.map(({ name }) => name);
    expect(answered).toEqual(expect.arrayContaining(['fine-tuned', 'head', 'career', 'average']));
    expect(arms.filter(({ failure }) => failure === null).map(({ arm: name }) => name)).toEqual(answered);
    const of = (name: string) =>
      comparison.models.find((model) => model.name === name)?.metrics.perplexity ?? NaN;
    expect(of('average')).toBeLessThan(of('career'));
  });

  it('takes settings for the arms that have them, and refuses what no arm has or what is compared', async () => {
    const { experiments, request, other } = await place();
    const small = (settings: ExperimentRequest['settings']) =>
      experiments.run(request('small-vs-large', { other: other.id, people: 20, settings }), quiet, never);
    await expect(small({ epoch: 2 })).rejects.toThrow(/no arm takes epoch=2.*epochs/);
    await expect(small({ epochs: 'two' })).rejects.toThrow(/epochs=two/);
    await expect(small({ hiddenSize: 8 })).rejects.toThrow(/hiddenSize=8/);
    await expect(small({ seed: 8 })).rejects.toThrow(/seed=8/);
    const { arms, settings } = await small({ epochs: 2, patience: 2 });
    expect(arms.map(({ epochs }) => epochs)).toEqual([2, 2, 2, 2]);
    expect(arms.every(({ trainingSeconds }) => (trainingSeconds ?? 0) > 0)).toBe(true);
    expect(settings).toEqual({ epochs: 2, patience: 2 });
  });

  it('says by name what is missing, and which arm failed', async () => {
    const { experiments, request, panels } = await place();
    await expect(experiments.run(request('alchemy'), quiet, never)).rejects.toThrow(/“alchemy”/);
    const untested = await panels.add({ ...syntheticRequest, split: { seed: 1, testShare: 0 } });
    const nobody = request('routes', { panel: untested.id, people: 1000 });
    await expect(experiments.run(nobody, quiet, never)).rejects.toThrow(/no test people/);
    const broken = await place({
      ...shipped,
      languageModel: () => Promise.reject(new Error('no weights today')),
    });
    await expect(
      broken.experiments.run(broken.request('off-the-shelf-vs-fine-tuned'), quiet, never),
    ).rejects.toThrow(/Off the shelf or fine-tuned, “Language model as it ships”: .*no weights today/);
  });
});
