import { diverged } from './divergence.ts';
import { badOutput, checkNotErased, hasNumbersOnly, inMemory } from './outputCheck.ts';
import type { GraphRunner } from './graphRunner.ts';
import { float32, ortTensor, type Feed, type OrtTensor } from './runtime.ts';
import type { TrainingState } from './trainingState.ts';
import type { TrainingBatch, TrainingTask } from './trainingTask.ts';

const vectors = ['theta', 'mu', 'nu'] as const;
const nextVectors = vectors.map((name) => `next_${name}`);

/** Optimizer steps whose parameters and moments stay where the graph left them: on the GPU, or in the runtime's memory. */
export class OptimizerSteps {
  #tensors: Record<(typeof vectors)[number], OrtTensor> | null = null;
  #constants: Record<string, OrtTensor> | null = null;

  constructor(
    private readonly task: TrainingTask,
    private readonly runner: GraphRunner,
    private readonly state: TrainingState,
  ) {}

  /** One step; its loss in nats. The vectors of `state` are stale until `download`. */
  async step(batch: TrainingBatch, rate: number): Promise<number> {
    const { task, state, runner } = this;
    const step = state.step + 1;
    const { beta1, beta2 } = task.optimizer;
    const tensors = (this.#tensors ??= this.#upload());
    const feeds: Record<string, Feed | OrtTensor> = {
      ...tensors,
      ...(this.#constants ??= this.#uploadConstants()),
      ...batch.feeds(step),
      learning_rate: scalar(rate),
      bias_correction_1: scalar(1 - beta1 ** step),
      bias_correction_2: scalar(1 - beta2 ** step),
    };
    const graph = () => task.graph(batch.graphKey);
    const outputs = await runner.run(`step ${batch.graphKey} ${task.fingerprint}`, graph, feeds, nextVectors);
    const loss = Number((await outputs.loss.getData())[0]);
    try {
      checkStep(step, loss, tensors, outputs);
    } catch (error) {
      for (const name of nextVectors) outputs[name].dispose();
      throw error;
    }
    for (const name of vectors) tensors[name].dispose();
    this.#tensors = { theta: outputs.next_theta, mu: outputs.next_mu, nu: outputs.next_nu };
    outputs.grad_norm.dispose();
    state.step = step;
    state.epochLoss.sum += loss;
    state.epochLoss.steps += 1;
    return loss;
  }

  /** The parameters as they stand. */
  async theta(): Promise<Float32Array> {
    return this.#tensors ? ((await this.#tensors.theta.getData()) as Float32Array) : this.state.theta;
  }

  /** Brings `state` up to date. Throws `bad-output` where the GPU has lost a vector meanwhile. */
  async download(): Promise<void> {
    if (!this.#tensors) return;
    for (const name of vectors) {
      const vector = (await this.#tensors[name].getData()) as Float32Array;
      checkNotErased(name, this.state[name], vector);
      this.state[name] = vector;
    }
  }

  dispose(): void {
    for (const tensor of Object.values({ ...this.#tensors, ...this.#constants })) tensor.dispose();
    this.#tensors = null;
    this.#constants = null;
  }

  #upload(): Record<(typeof vectors)[number], OrtTensor> {
    const { theta, mu, nu } = this.state;
    const tensor = (vector: Float32Array) => ortTensor(this.runner.runtime, float32(vector));
    return { theta: tensor(theta), mu: tensor(mu), nu: tensor(nu) };
  }

  #uploadConstants(): Record<string, OrtTensor> {
    const constants = [...(this.task.constants ?? [])];
    return Object.fromEntries(
      constants.map(([name, feed]) => [name, ortTensor(this.runner.runtime, feed)] as const),
    );
  }
}

/** Throws `diverged` where numbers have left the finite, `bad-output` where a buffer came back empty. */
function checkStep(
  step: number,
  loss: number,
  before: Record<string, OrtTensor>,
  after: Record<string, OrtTensor>,
): void {
  if (!Number.isFinite(loss)) throw diverged(step, 'the loss', loss);
  if (loss === 0) throw badOutput('the loss is 0');
  for (const name of vectors) {
    const next = after[`next_${name}`];
    if (!hasNumbersOnly(next)) throw diverged(step, 'a parameter', NaN);
    checkNotErased(name, inMemory(before[name]), inMemory(next));
  }
}

const scalar = (value: number): Feed => float32(Float32Array.of(value));
