import { describe, expect, it } from 'vitest';
import { optimalPerplexity } from '../../src/career/index.ts';
import {
  CareerModel,
  CareerTask,
  careerTrainingGraph,
  PanelEncoding,
  TrainingRun,
} from '../../src/learning/index.ts';
import { SeededRandom } from '../../src/platform/index.ts';
import { checkGradient, doubleSession } from '../onnx/centralDifferences.ts';
import { doubleFeeds } from './doubleFeeds.ts';
import { nodeRunner, optimizer, smallList, smallMarket, smallPanel } from './panel.ts';

const occupations = smallList.occupations.length;
const panel = smallPanel(500, 3);
const [training, tuning] = [panel.slice(0, 420), panel.slice(420)];
const encoding = PanelEncoding.of(training, smallList);
const encoded = (people: typeof panel) => people.map((person) => encoding.encode(person));
const task = new CareerTask(encoding, encoded(training), encoded(tuning), {
  seed: 1,
  hiddenSize: 24,
  layers: 2,
  heads: 2,
  intermediateSize: 48,
  positions: 24,
  dropout: 0.1,
  batchSize: 16,
  optimizer,
});

describe('CAREER', () => {
  it('has the gradient of central differences', async () => {
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

  it('does not look ahead: later steps leave the earlier distributions as they are', async () => {
    const model = new CareerModel(encoding, task.config, task.initialTheta(), nodeRunner());
    const [person] = tuning;
    const shorter = { ...person, observations: person.observations.slice(0, 6) };
    const [[whole], [part]] = [
      await model.probabilities(encoded([person])),
      await model.probabilities(encoded([shorter])),
    ];
    part.forEach((value, i) => expect(value).toBeCloseTo(whole[i], 5));
  });
});
