import { stepsBetweenUpdates } from '../../src/predictors/training/weightAverage.ts';
import { describe, expect, it } from 'vitest';
import { HeadModel } from '../../src/predictors/head/headModel.ts';
import { type HeadCareer } from '../../src/predictors/head/headRows.ts';
import { HeadTask } from '../../src/predictors/head/headTask.ts';
import { headTrainingGraph } from '../../src/predictors/head/headGraph.ts';
import { PanelEncoding } from '../../src/predictors/records/panelEncoding.ts';
import { titleLogits } from '../../src/predictors/head/titleLogits.ts';
import { TrainingRun } from '../../src/predictors/training/trainingRun.ts';
import { fromFloat16, toFloat16 } from '../../src/onnx/index.ts';
import { SeededRandom } from '../../src/platform/index.ts';
import { checkGradient, doubleSession } from '../onnx/centralDifferences.ts';
import { doubleFeeds } from './doubleFeeds.ts';
import { nodeRunner, optimizer, smallList, smallPanel } from './panel.ts';

const hiddenSize = 16;
const occupations = smallList.occupations.length;
const panel = smallPanel(240, 3);
const encoding = PanelEncoding.of(panel, smallList);

/** Hidden states that tell the previous occupation among noise, as a language model's do. */
const people = panel.map((person): HeadCareer => {
  const career = encoding.encode(person);
  const random = new SeededRandom(person.personId);
  const states = Float32Array.from(
    { length: career.previous.length * hiddenSize },
    () => random.normal() * 0.3,
  );
  career.previous.forEach((state, t) => (states[t * hiddenSize + (state % hiddenSize)] += 1));
  const titleLogProbs = Float32Array.from({ length: career.previous.length * occupations }, () =>
    Math.log((1 + random.integer(99)) / 100),
  );
  return { career, hiddenStates: toFloat16(states), titleLogProbs };
});
const config = {
  hiddenSize,
  occupations,
  rank: 4,
  alpha: 4,
  previousRank: 3,
  baseWeight: 1,
  wholeTitles: false,
  covariateRows: encoding.covariateRows,
  covariateFields: 6,
};
/** The language model of this test says a little about each title; the last two begin with one token. */
const table = Float32Array.from({ length: occupations * hiddenSize }, (_, i) => Math.sin(i) / 4);
const titles = titleLogits(
  smallList.occupations.map((_, i) => [Math.min(i, occupations - 2), 99]),
  (tokens) =>
    Float32Array.from(
      tokens.flatMap((token) => [...table.subarray(token * hiddenSize, (token + 1) * hiddenSize)]),
    ),
);
const task = (dropout: number, wholeTitles = false) =>
  new HeadTask(
    { ...config, wholeTitles, baseWeight: 0.4 },
    people.slice(0, 200),
    people.slice(200),
    titles,
    encoding,
    { basis: 'test', seed: 1, dropout, batchSize: 64, optimizer },
  );
const schedule = { peak: 1e-2, warmupSteps: 5, decay: 'linear' } as const;

describe('the occupation head', () => {
  it.each([false, true])(
    'has the gradient of central differences (whole titles: %s)',
    async (wholeTitles) => {
      const random = new SeededRandom('head');
      const graph = headTrainingGraph(
        { ...config, wholeTitles, baseWeight: 0.4 },
        {
          rows: 64,
          optimizer,
          dropout: true,
          dtype: 'float64',
          outputs: 'gradients',
        },
      );
      const feeds = doubleFeeds(graph, task(0.2, wholeTitles).epoch(0)[0].feeds(1), random);
      const run = await doubleSession(graph.bytes);
      const { worst } = await checkGradient(run, feeds.theta.data as Float64Array, feeds, random, 150);
      expect(worst).toBeLessThan(1e-6);
    },
  );

  it('begins as the language model: the softmax of its title logits', async () => {
    const [person] = people;
    const [row] = await new HeadModel(config, titles, task(0).initialTheta(), nodeRunner()).probabilities([
      person,
    ]);
    for (const step of [0, 3]) {
      const state = fromFloat16(person.hiddenStates.subarray(step * hiddenSize, (step + 1) * hiddenSize));
      const weights = Array.from({ length: occupations }, (_, j) => {
        const first = Math.min(j, occupations - 2);
        const logit = state.reduce((sum, value, i) => sum + value * table[first * hiddenSize + i], 0);
        return Math.exp(logit) / (j >= occupations - 2 ? 2 : 1);
      });
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      weights.forEach((weight, j) => expect(row[step * occupations + j]).toBeCloseTo(weight / total, 5));
    }
  });

  it('begins as the probabilities of whole titles where it reads them', async () => {
    const own = { ...config, wholeTitles: true };
    const [person] = people;
    const [row] = await new HeadModel(own, titles, task(0).initialTheta(), nodeRunner()).probabilities([
      person,
    ]);
    const raw = (person.titleLogProbs ?? new Float32Array()).slice(0, occupations).map(Math.exp);
    const total = raw.reduce((sum, value) => sum + value, 0);
    raw.forEach((value, j) => expect(row[j]).toBeCloseTo(value / total, 5));
  });

  it('learns: better than its start, and every distribution sums to 1', async () => {
    const runner = nodeRunner();
    const run = new TrainingRun(task(0.1), { epochs: 4, patience: 4, schedule }, runner);
    const before = await task(0).tuningNll(task(0).initialTheta(), runner);
    for await (const event of run.events())
      expect(Number.isFinite(event.kind === 'step' ? event.loss : 0)).toBe(true);
    const { best, tuningNlls } = await run.checkpoint();
    expect(Math.min(...tuningNlls)).toBeLessThan(before - 0.1);
    const rows = await new HeadModel(config, titles, best, runner).probabilities(people.slice(200));
    for (const [p, row] of rows.entries()) {
      expect(row).toHaveLength(people[200 + p].career.previous.length * occupations);
      for (let t = 0; t * occupations < row.length; t++) {
        const sum = row
          .subarray(t * occupations, (t + 1) * occupations)
          .reduce((total, value) => total + value, 0);
        expect(sum).toBeCloseTo(1, 5);
      }
    }
  });

  it('gives the step that a person asks about the same distribution as in a panel', async () => {
    const runner = nodeRunner();
    const model = new HeadModel(config, titles, task(0).initialTheta(), runner);
    const [person] = people;
    const [whole] = await model.probabilities([person]);
    const one = {
      career: { ...person.career, states: new Int32Array(), previous: person.career.previous.slice(0, 1) },
      hiddenStates: person.hiddenStates.slice(0, hiddenSize),
    };
    const [first] = await model.probabilities([one]);
    first.forEach((value, j) => expect(value).toBeCloseTo(whole[j], 6));
  });

  it.each([0, 0.9])(
    'with averaging %f ends in the same bytes when it goes on from the middle of an epoch',
    async (averaging) => {
      const settings = { epochs: 2, patience: 2, averaging, schedule };
      const straight = new TrainingRun(task(0.1), settings, nodeRunner());
      for await (const _ of straight.events());
      const first = new TrainingRun(task(0.1), settings, nodeRunner());
      let steps = 0;
      for await (const event of first.events()) if (event.kind === 'step' && ++steps === 11) break;
      const kept = structuredClone(await first.checkpoint());
      const second = new TrainingRun(task(0.1), settings, nodeRunner(), kept);
      for await (const _ of second.events());
      expect((await second.checkpoint()).theta).toEqual((await straight.checkpoint()).theta);
      expect((await second.checkpoint()).average).toEqual((await straight.checkpoint()).average);
      expect((await second.checkpoint()).tuningNlls).toEqual((await straight.checkpoint()).tuningNlls);
    },
  );

  it('averages the parameters as it says, and keeps the average', async () => {
    const settings = { epochs: 1, patience: 1, averaging: 0.95, schedule };
    const learner = task(0.1);
    const run = new TrainingRun(learner, settings, nodeRunner());
    const average = learner.initialTheta();
    for await (const event of run.events()) {
      if (event.kind !== 'step' || event.step % stepsBetweenUpdates !== 0) continue;
      const { theta } = await run.checkpoint();
      const kept = Math.min(0.95 ** 8, (1 + event.step / 8) / (10 + event.step / 8));
      theta.forEach((value, i) => {
        average[i] = kept * average[i] + (1 - kept) * value;
      });
    }
    const { average: said, best, theta } = await run.checkpoint();
    expect(said).toEqual(average);
    expect(best).toEqual(average);
    expect(best).not.toEqual(theta);
  });
});
