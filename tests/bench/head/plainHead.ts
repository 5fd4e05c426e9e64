import {
  add,
  crossEntropy,
  DataType,
  elementCount,
  Graph,
  layerNorm,
  linear,
  packedParameters,
  type Parameter,
  parameterTensor,
  scale,
  trainingStep,
  type CompiledGraph,
} from '../../../src/onnx/index.ts';
import { SeededRandom } from '../../../src/platform/index.ts';

/** The head that all libraries train: LayerNorm, low-rank residual adapter, softmax. 333 classes, padded as jax-js needs it. */
export const sizes = { rows: 50_000, batch: 512, hidden: 256, rank: 16, classes: 336, scale: 2 };
export const adamW = { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.01, clipNorm: 0 };
export const learningRate = 1e-3;
export const normEpsilon = 1e-5;
export const stepsPerEpoch = Math.floor(sizes.rows / sizes.batch);

export const parameters: readonly Parameter[] = [
  { name: 'occupation', shape: [sizes.classes, sizes.hidden], decays: true },
  { name: 'down', shape: [sizes.rank, sizes.hidden], decays: true },
  { name: 'up', shape: [sizes.hidden, sizes.rank], decays: true },
  { name: 'normWeight', shape: [sizes.hidden], decays: false },
  { name: 'normBias', shape: [sizes.hidden], decays: false },
  { name: 'bias', shape: [sizes.classes], decays: false },
];

/** FLOP of the matrix products of one step: forward once, backward twice, but for the gradient of the states. */
export const stepFlop =
  2 * sizes.batch * sizes.hidden * (3 * sizes.classes + 3 * sizes.rank + 2 * sizes.rank + sizes.rank);

/** An engine that trains: does so many steps on from where it stands, and tells the milliseconds and the last loss. */
export interface StepsDone {
  milliseconds: number;
  loss: number;
}
export type Engine = (steps: number) => Promise<StepsDone>;

/** All states and labels, the same in every engine. */
export function headData(): { states: Float32Array<ArrayBuffer>; labels: Int32Array<ArrayBuffer> } {
  const random = new SeededRandom('head bench');
  const states = Float32Array.from(
    { length: sizes.rows * sizes.hidden },
    () => 2 * Math.sqrt(3) * (random.uniform() - 0.5),
  );
  // A label that the states tell something about.
  const labels = Int32Array.from({ length: sizes.rows }, (_, row) => {
    const own = states.subarray(row * sizes.hidden, row * sizes.hidden + 9);
    const bits = own.reduce((sum, value, i) => sum + (value > 0 ? 2 ** i : 0), 0);
    return Math.floor((bits * 333) / 512);
  });
  return { states, labels };
}

export function initialWeights(): Map<string, Float32Array<ArrayBuffer>> {
  const random = new SeededRandom('head weights');
  const deviation: Record<string, number> = { occupation: 0.02, down: 0.06, normWeight: 0 };
  return new Map(
    parameters.map(({ name, shape }) => [
      name,
      Float32Array.from(
        { length: elementCount(shape) },
        () => (name === 'normWeight' ? 1 : 0) + (deviation[name] ?? 0) * random.normal(),
      ),
    ]),
  );
}

/** Rows of a step's batch, from and to. */
export function batchOf(step: number): [number, number] {
  const start = (step % stepsPerEpoch) * sizes.batch;
  return [start, start + sizes.batch];
}

export function plainHeadGraph(): CompiledGraph {
  const { batch, hidden } = sizes;
  const graph = new Graph('plain head');
  const theta = packedParameters(graph, 'theta', parameters);
  const weight = (name: string) => parameterTensor(theta.tensors, name);
  const states = graph.input('states', [batch, hidden]);
  const labels = graph.input('labels', [batch, 1], DataType.int64);
  const weights = graph.constant(new Array<number>(batch).fill(1 / batch), [batch, 1]);
  const normed = layerNorm(graph, states, weight('normWeight'), weight('normBias'), normEpsilon);
  const update = linear(graph, linear(graph, normed, weight('down')), weight('up'));
  const adapted = add(graph, normed, scale(graph, update, sizes.scale));
  const logits = linear(graph, adapted, weight('occupation'), weight('bias'));
  return trainingStep(graph, crossEntropy(graph, logits, labels, weights), theta, parameters, {
    optimizer: adamW,
  });
}
