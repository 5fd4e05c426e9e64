import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { GraphRunner } from '../../src/predictors/training/graphRunner.ts';
import { logitFields } from '../../src/predictors/records/stepFields.ts';
import { logitForm } from '../../src/predictors/logit/logit.ts';
import { PanelEncoding } from '../../src/predictors/records/panelEncoding.ts';
import { StepTask } from '../../src/predictors/records/stepTask.ts';
import { TrainingRun } from '../../src/predictors/training/trainingRun.ts';
import { nodeRunner, optimizer, smallList, smallPanel } from './panel.ts';

type Runs = GraphRunner['run'];
type Outputs = Awaited<ReturnType<Runs>>;

/** A runner whose parameters stay where only `getData` reaches them, as on a GPU; it can lose what lies there. */
class GraphicsRunner extends GraphRunner {
  isErasing = false;
  readonly #near = new Map<object, Outputs[string]>();

  override async run(key: string, graph: Parameters<Runs>[1], feeds: Parameters<Runs>[2]): Promise<Outputs> {
    const near = Object.entries(feeds).map(([name, feed]) => [name, this.#near.get(feed) ?? feed] as const);
    const outputs = await super.run(key, graph, Object.fromEntries(near));
    for (const name of Object.keys(outputs).filter((each) => each.startsWith('next_')))
      outputs[name] = this.#far(outputs[name]);
    return outputs;
  }

  #far(tensor: Outputs[string]): Outputs[string] {
    const { dims, size } = tensor;
    const isErased = this.isErasing;
    const far = {
      dims,
      location: 'gpu-buffer',
      getData: () => Promise.resolve(isErased ? new Float32Array(size) : tensor.data),
      dispose: () => undefined,
    } as unknown as Outputs[string];
    this.#near.set(far, tensor);
    return far;
  }
}

const panel = smallPanel(60, 3);
const encoding = PanelEncoding.of(panel, smallList, logitFields);

function someRun(runner: GraphRunner): TrainingRun {
  const { covariateRows, fields } = encoding;
  const occupations = smallList.occupations.length;
  const form = logitForm({ occupations, covariateRows, covariateFields: fields.length });
  const people = panel.map((person) => encoding.encode(person));
  const settings = { seed: 1, dropout: 0, batchSize: 32, optimizer };
  const task = new StepTask(form, encoding, people.slice(0, 50), people.slice(50), settings);
  const schedule = { peak: 1e-2, warmupSteps: 2, decay: 'constant' } as const;
  return new TrainingRun(task, { epochs: 2, patience: 2, schedule }, runner);
}

describe('parameters on a GPU', () => {
  it('are the same as in memory, where nothing is lost', async () => {
    const states = [];
    for (const runner of [new GraphicsRunner(nodeRunner().runtime), nodeRunner()]) {
      const run = someRun(runner);
      for await (const _ of run.events());
      states.push((await run.checkpoint()).theta);
    }
    expect(states[0]).toEqual(states[1]);
  });

  it('that come back as zeros are no state', async () => {
    const runner = new GraphicsRunner(nodeRunner().runtime);
    const run = someRun(runner);
    const events = run.events();
    await events.next();
    const whole = (await run.checkpoint()).theta;
    runner.isErasing = true;
    await events.next();
    expect(run.step).toBe(2);
    await expect(run.checkpoint()).rejects.toMatchObject({ code: 'bad-output' });
    expect(whole.some((value) => value !== 0)).toBe(true);
  });
});

describe('a graph that fails', () => {
  const broken = (isOnGpu: boolean, reason: string) =>
    new GraphRunner({
      ort: {
        Tensor: ort.Tensor,
        InferenceSession: { create: () => Promise.reject(new Error(reason)) },
      },
      sessionOptions: {},
      isOnGpu,
    });

  it.each([
    ['on a GPU asks for another device', true, 'no such pipeline', 'device-lost'],
    ['on the processor is a bug', false, 'no such kernel', 'internal'],
    ['for want of memory says so', true, 'std::bad_alloc', 'out-of-memory'],
  ])('%s', async (_, isOnGpu, reason, code) => {
    const run = someRun(broken(isOnGpu, reason));
    await expect(run.events().next()).rejects.toMatchObject({ code });
  });
});
