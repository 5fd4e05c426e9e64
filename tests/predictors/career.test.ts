import { describe, expect, it } from 'vitest';
import { optimalPerplexity } from '../../src/career/index.ts';
import { covariateFields, pathFields, type StepField } from '../../src/predictors/records/stepFields.ts';
import { CareerModel } from '../../src/predictors/career/careerModel.ts';
import { type CareerSettings, CareerTask } from '../../src/predictors/career/careerTask.ts';
import { careerTrainingGraph } from '../../src/predictors/career/careerGraph.ts';
import { PanelEncoding } from '../../src/predictors/records/panelEncoding.ts';
import { TrainingRun } from '../../src/predictors/training/trainingRun.ts';
import { SeededRandom } from '../../src/platform/index.ts';
import { checkGradient, doubleSession } from '../onnx/centralDifferences.ts';
import { doubleFeeds } from './doubleFeeds.ts';
import { nodeRunner, optimizer, smallList, smallMarket, smallPanel } from './panel.ts';

const occupations = smallList.occupations.length;
const panel = smallPanel(500, 3);
const [training, tuning] = [panel.slice(0, 420), panel.slice(420)];
const encoding = PanelEncoding.of(training, smallList);
const encoded = (people: typeof panel, fields: readonly StepField[] = covariateFields) => {
  const own = PanelEncoding.of(training, smallList, fields);
  return people.map((person) => own.encode(person));
};
const settings: CareerSettings = {
  seed: 1,
  hiddenSize: 24,
  layers: 2,
  heads: 2,
  intermediateSize: 48,
  positions: 24,
  ownHistory: false,
  dropout: 0.1,
  batchSize: 16,
  optimizer,
};
const task = new CareerTask(encoding, encoded(training), encoded(tuning), settings);
const withHistory = new CareerTask(
  PanelEncoding.of(training, smallList, pathFields),
  encoded(training, pathFields),
  encoded(tuning, pathFields),
  { ...settings, ownHistory: true },
);

describe('CAREER', () => {
  it.each([
    ['as published', task],
    ['with the own history and the path', withHistory],
  ])('%s has the gradient of central differences', async (_, task) => {
    const random = new SeededRandom('career');
    const [batch] = task.epoch(0);
    const graph = careerTrainingGraph(task.config, {
      batchSize: 16,
      steps: Number(batch.graphKey),
      optimizer,
      dropout: true,
      dtype: 'float64',
      outputs: 'gradients',
    });
    const feeds = doubleFeeds(graph, batch.feeds(1), random);
    const run = await doubleSession(graph.bytes);
    const { worst } = await checkGradient(run, feeds.theta.data as Float64Array, feeds, random, 60);
    expect(worst).toBeLessThan(1e-6);
  });

  it('comes close to what nobody can beat, and every distribution sums to 1', async () => {
    const runner = nodeRunner();
    const schedule = { peak: 4e-3, warmupSteps: 20, decay: 'linear' } as const;
    const run = new TrainingRun(task, { epochs: 12, patience: 12, schedule }, runner);
    for await (const _ of run.events());
    const { best, tuningNlls } = await run.checkpoint();
    const optimum = optimalPerplexity(tuning, smallMarket);
    expect(Math.exp(Math.min(...tuningNlls))).toBeLessThan(1.12 * optimum);
    expect(Math.exp(Math.min(...tuningNlls))).toBeGreaterThan(0.99 * optimum);

    const rows = await new CareerModel(encoding, task.config, best, runner).probabilities(encoded(tuning));
    for (const row of rows)
      for (let t = 0; t * occupations < row.length; t++) {
        const own = row.subarray(t * occupations, (t + 1) * occupations);
        expect(own.reduce((total, value) => total + value, 0)).toBeCloseTo(1, 5);
      }
  });

  it('goes on from what another panel has taught, occupation by occupation and word by word', async () => {
    const runner = nodeRunner();
    const schedule = { peak: 4e-3, warmupSteps: 20, decay: 'linear' } as const;
    const run = new TrainingRun(withHistory, { epochs: 4, patience: 4, schedule }, runner);
    for await (const _ of run.events());
    const { best, tuningNlls } = await run.checkpoint();
    const earlier = { encoding: withHistory.encoding, config: withHistory.config, theta: best };
    // The same list in another order, and other people, whose words are others.
    const list = { name: 'turned', occupations: [...smallList.occupations].reverse() };
    const others = smallPanel(60, 9);
    const own = PanelEncoding.of(others, list, pathFields);
    const encode = (people: typeof panel) => people.map((person) => own.encode(person));
    const warm = new CareerTask(
      own,
      encode(others),
      encode(tuning),
      { ...settings, ownHistory: true },
      earlier,
    );
    const cold = new CareerTask(own, encode(others), encode(tuning), { ...settings, ownHistory: true });
    const before = await cold.tuningNll(cold.initialTheta(), runner);
    const after = await warm.tuningNll(warm.initialTheta(), runner);
    expect(after).toBeLessThan(Math.min(...tuningNlls) + 0.1);
    expect(before).toBeGreaterThan(after + 0.3);
    expect(warm.fingerprint).not.toBe(cold.fingerprint);
  });

  it('is another task where the same people have fewer words: its graphs are others', () => {
    const fewer = new PanelEncoding(encoding.list, { ...encoding.words, sex: [] }, encoding.fields);
    const encode = (people: typeof panel) => people.map((person) => fewer.encode(person));
    const other = new CareerTask(fewer, encode(training), encode(tuning), settings);
    expect(other.fingerprint).not.toBe(task.fingerprint);
  });

  it.each([
    ['as published', task, covariateFields],
    ['with the own history and the path', withHistory, pathFields],
  ])('%s: later steps leave the earlier distributions as they are', async (_, task, fields) => {
    const random = new SeededRandom('look-ahead');
    const theta = task.initialTheta().map((value) => value + 0.1 * random.normal());
    const model = new CareerModel(task.encoding, task.config, theta, nodeRunner());
    const [person] = tuning;
    const shorter = { ...person, observations: person.observations.slice(0, 6) };
    const [[whole], [part]] = [
      await model.probabilities(encoded([person], fields)),
      await model.probabilities(encoded([shorter], fields)),
    ];
    part.forEach((value, i) => expect(value).toBeCloseTo(whole[i], 5));
  });
});
