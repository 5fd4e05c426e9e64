import * as ort from 'onnxruntime-node';
import {
  dropoutNames,
  llamaParameters,
  llamaTrainingGraph,
  elementCount,
  type LlamaConfig,
} from '../../src/onnx/index.ts';
import {
  batchTensors,
  planBatches,
  rowsPerBatch,
  type DocumentBatch,
  type TokenDocument,
} from '../../src/predictors/documents/index.ts';
import { fillMask } from '../../src/predictors/training/index.ts';
import { SeededRandom } from '../../src/platform/index.ts';
import type { TrainingState } from './checkpoint.ts';
import { hideTokens } from './hiddenTokens.ts';
import type { Settings } from './settings.ts';

/** Threads do not spin while they wait: a shared machine then trains half as fast again, an idle one no slower. */
export const sessionOptions: ort.InferenceSession.SessionOptions = {
  interOpNumThreads: 1,
  extra: { session: { intra_op: { allow_spinning: '0' } } },
};

/** Normal weights of standard deviation 0.05 … 1/√in, residual outputs scaled down by depth; norms are ones. */
export function initialParameters(config: LlamaConfig, seed: number): Float32Array {
  const random = new SeededRandom(seed).split('parameters');
  const values: number[] = [];
  for (const { name, shape } of llamaParameters(config)) {
    const isOutput = /(o_proj|down_proj)/.test(name);
    const deviation = name.includes('embed_tokens')
      ? 0.05
      : (0.5 / Math.sqrt(shape[1] ?? 1)) * (isOutput ? 1 / Math.sqrt(2 * config.layers) : 1);
    const count = elementCount(shape);
    for (let i = 0; i < count; i++) values.push(shape.length === 1 ? 1 : random.normal() * deviation);
  }
  return Float32Array.from(values);
}

/** The batches of one epoch, in their order. */
export function epochBatches(
  documents: readonly TokenDocument[],
  settings: Settings,
  epoch: number,
): DocumentBatch[] {
  return planBatches(
    documents,
    settings.tokensPerBatch,
    new SeededRandom(settings.seed).split(`order ${epoch}`),
  );
}

/** Runs training steps; keeps one compiled graph per row length. */
export class Trainer {
  private readonly sessions = new Map<number, Promise<ort.InferenceSession>>();
  private readonly masks = new Map<string, Float32Array>();

  constructor(
    private readonly config: LlamaConfig,
    private readonly settings: Settings,
    private readonly firstPlainToken: number,
  ) {}

  /** One step on one batch; changes `state`. Returns the mean loss of the batch in nats. */
  async step(state: TrainingState, batch: DocumentBatch, rate: number): Promise<number> {
    const { optimizer } = this.settings;
    const rows = rowsPerBatch(batch.rowLength, this.settings.tokensPerBatch);
    const session = await this.session(batch.rowLength, rows);
    const step = state.step + 1;
    const labelsPerPosition = 1 + this.settings.teacher.labels;
    const tensors = batchTensors(batch, rows, labelsPerPosition);
    const random = new SeededRandom(this.settings.seed).split(`step ${step}`);
    hideTokens(tensors, this.firstPlainToken, this.settings.hiddenTitleTokens, random);
    const { inputIds, labels, labelWeights } = tensors;
    const tokens = rows * batch.rowLength;
    const outputs = await session.run({
      theta: vector(state.theta),
      mu: vector(state.mu),
      nu: vector(state.nu),
      input_ids: new ort.Tensor('int64', inputIds, [rows, batch.rowLength]),
      labels: new ort.Tensor('int64', labels, [tokens, labelsPerPosition]),
      label_weights: new ort.Tensor('float32', labelWeights, [tokens, labelsPerPosition]),
      learning_rate: scalar(rate),
      bias_correction_1: scalar(1 - optimizer.beta1 ** step),
      bias_correction_2: scalar(1 - optimizer.beta2 ** step),
      ...this.dropoutMasks(random, tokens),
    });
    const loss = (outputs.loss.data as Float32Array)[0];
    if (!Number.isFinite(loss))
      throw new Error(`The loss is ${loss} at step ${step}; the last checkpoint still stands.`);
    state.step = step;
    state.theta = outputs.next_theta.data as Float32Array;
    state.mu = outputs.next_mu.data as Float32Array;
    state.nu = outputs.next_nu.data as Float32Array;
    updateAverage(state, this.settings.averageDecay);
    return loss;
  }

  private session(rowLength: number, rows: number): Promise<ort.InferenceSession> {
    const known = this.sessions.get(rowLength);
    if (known) return known;
    const graph = llamaTrainingGraph(this.config, {
      batchSize: rows,
      sequenceLength: rowLength,
      dropout: true,
      labelsPerPosition: 1 + this.settings.teacher.labels,
      optimizer: this.settings.optimizer,
    });
    const session = ort.InferenceSession.create(graph.bytes, sessionOptions);
    this.sessions.set(rowLength, session);
    return session;
  }

  private dropoutMasks(random: SeededRandom, tokens: number): Record<string, ort.Tensor> {
    let stream = random.uint32();
    const { hiddenSize } = this.config;
    const { dropout, headDropout } = this.settings;
    const feeds: Record<string, ort.Tensor> = {};
    for (const name of dropoutNames(this.config)) {
      const key = `${name} ${tokens}`;
      const mask = this.masks.get(key) ?? new Float32Array(tokens * hiddenSize);
      this.masks.set(key, mask);
      stream = fillMask(mask, name === 'dropout.head' ? headDropout : dropout, stream);
      feeds[name] = new ort.Tensor('float32', mask, [tokens, hiddenSize]);
    }
    return feeds;
  }
}

/** Moves the average towards theta; faster in the first steps, so that it forgets the random start. */
function updateAverage({ theta, average, step }: TrainingState, decay: number): void {
  const kept = Math.min(decay, (1 + step) / (10 + step));
  for (let i = 0; i < average.length; i++) average[i] += (theta[i] - average[i]) * (1 - kept);
}

const vector = (data: Float32Array) => new ort.Tensor('float32', data, [data.length]);
const scalar = (value: number) => new ort.Tensor('float32', Float32Array.of(value), [1]);
