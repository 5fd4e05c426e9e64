import { describe, expect, it } from 'vitest';
import { type CareerHistory, optimalPerplexity } from '../../src/career/index.ts';
import { bagOfJobsFields, logitFields, pathFields } from '../../src/predictors/records/stepFields.ts';
import { bagOfJobsForm } from '../../src/predictors/bagOfJobs/bagOfJobs.ts';
import { logitForm } from '../../src/predictors/logit/logit.ts';
import { PanelEncoding } from '../../src/predictors/records/panelEncoding.ts';
import { StepModel } from '../../src/predictors/records/stepModel.ts';
import { StepTask } from '../../src/predictors/records/stepTask.ts';
import { stepTrainingGraph } from '../../src/predictors/records/stepGraph.ts';
import { TrainingRun } from '../../src/predictors/training/trainingRun.ts';
import { SeededRandom } from '../../src/platform/index.ts';
import { checkGradient, doubleSession } from '../onnx/centralDifferences.ts';
import { doubleFeeds } from './doubleFeeds.ts';
import { nodeRunner, optimizer, smallList, smallMarket, smallPanel } from './panel.ts';

const occupations = smallList.occupations.length;
const panel = smallPanel(500, 3);
const [training, tuning] = [panel.slice(0, 420), panel.slice(420)];

function taskOf(kind: 'logit' | 'bag-of-jobs', seed = 1): StepTask {
  const encoding = PanelEncoding.of(training, smallList, kind === 'logit' ? logitFields : bagOfJobsFields);
  const { covariateRows, fields } = encoding;
  const sizes = { occupations, covariateRows, covariateFields: fields.length };
  const form = kind === 'logit' ? logitForm(sizes) : bagOfJobsForm({ ...sizes, hiddenSize: 16 });
  const encoded = (people: typeof panel) => people.map((person) => encoding.encode(person));
  const dropout = kind === 'logit' ? 0 : 0.1;
  const settings = { seed, dropout, batchSize: 64, optimizer };
  return new StepTask(form, encoding, encoded(training), encoded(tuning), settings);
}

const schedule = { peak: 1e-2, warmupSteps: 20, decay: 'linear' } as const;
const trainedTheta = async (task: StepTask, epochs: number) => {
  const run = new TrainingRun(task, { epochs, patience: epochs, schedule }, nodeRunner());
  for await (const _ of run.events());
  return (await run.checkpoint()).best;
};

describe.each(['logit', 'bag-of-jobs'] as const)('%s', (kind) => {
  const task = taskOf(kind);
  const fields = kind === 'logit' ? logitFields : bagOfJobsFields;
  const encoding = PanelEncoding.of(training, smallList, fields);
  const random = new SeededRandom(kind);
  const someTheta = task.initialTheta().map((value) => value + 0.2 * random.normal());
  const distributions = async (theta: Float32Array, ...people: CareerHistory[]) =>
    new StepModel(task.form, theta, nodeRunner()).probabilities(
      people.map((person) => encoding.encode(person)),
    );

  it('has the gradient of central differences', async () => {
    const [batch] = task.epoch(0);
    const graph = stepTrainingGraph(task.form, {
      rows: 64,
      optimizer,
      dropout: kind === 'bag-of-jobs',
      dtype: 'float64',
      outputs: 'gradients',
    });
    const feeds = doubleFeeds(graph, batch.feeds(1), random);
    const run = await doubleSession(graph.bytes);
    const { worst } = await checkGradient(run, feeds.theta.data as Float64Array, feeds, random, 60);
    expect(worst).toBeLessThan(1e-6);
  });

  it('comes close to what nobody can beat, and every distribution sums to 1', async () => {
    const theta = await trainedTheta(task, 10);
    const runner = nodeRunner();
    const optimum = optimalPerplexity(tuning, smallMarket);
    const perplexity = Math.exp(await task.tuningNll(theta, runner));
    expect(perplexity).toBeLessThan(1.15 * optimum);
    expect(perplexity).toBeGreaterThan(0.99 * optimum);
    for (const row of await distributions(theta, ...tuning))
      for (let t = 0; t * occupations < row.length; t++) {
        const own = row.subarray(t * occupations, (t + 1) * occupations);
        expect(own.reduce((total, value) => total + value, 0)).toBeCloseTo(1, 5);
      }
  });

  it('learns the same bytes from the same seed, and others from another', async () => {
    const [first, again, other] = [
      await trainedTheta(taskOf(kind), 2),
      await trainedTheta(taskOf(kind), 2),
      await trainedTheta(taskOf(kind, 2), 2),
    ];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('knows nothing of the step that it predicts, nor of later ones', async () => {
    const [person] = tuning;
    const shorter = { ...person, observations: person.observations.slice(0, 6) };
    const last = shorter.observations[5];
    const otherCode = smallList.occupations.find(({ code }) => code !== last.occupationCode)?.code ?? '';
    const changed = {
      ...shorter,
      observations: [...shorter.observations.slice(0, 5), { ...last, occupationCode: otherCode }],
    };
    const [whole, part, altered] = await distributions(someTheta, person, shorter, changed);
    part.forEach((value, i) => expect(value).toBeCloseTo(whole[i], 6));
    part.forEach((value, i) => expect(value).toBeCloseTo(altered[i], 6));
  });
});

describe('the bag of jobs', () => {
  it('does not see in which order the jobs before the last one came; the logit does', async () => {
    const person = tuning.find(({ observations: [a, b] }) => a.occupationCode !== b.occupationCode);
    if (!person) throw new Error('Nobody moved.');
    const [first, second, ...rest] = person.observations.slice(0, 8);
    const swap = (a: typeof first, b: typeof first) => ({
      ...a,
      occupationCode: b.occupationCode,
      title: b.title,
    });
    const turned = { ...person, observations: [swap(first, second), swap(second, first), ...rest] };
    const straight = { ...person, observations: [first, second, ...rest] };
    const difference = async (kind: 'logit' | 'bag-of-jobs') => {
      const task = taskOf(kind);
      const random = new SeededRandom(kind);
      const theta = task.initialTheta().map((value) => value + 0.2 * random.normal());
      const encoding = PanelEncoding.of(
        training,
        smallList,
        kind === 'logit' ? logitFields : bagOfJobsFields,
      );
      const model = new StepModel(task.form, theta, nodeRunner());
      const [a, b] = await model.probabilities([straight, turned].map((career) => encoding.encode(career)));
      return Math.max(
        ...a.slice(-occupations).map((value, i) => Math.abs(value - b[b.length - occupations + i])),
      );
    };
    expect(pathFields.every((field) => logitFields.includes(field))).toBe(true);
    expect(await difference('bag-of-jobs')).toBeLessThan(1e-6);
    expect(await difference('logit')).toBeGreaterThan(1e-4);
  });
});
