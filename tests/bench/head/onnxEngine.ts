import { ortTensor, type TrainingRuntime } from '../../../src/predictors/training/runtime.ts';
import type { CompiledGraph } from '../../../src/onnx/index.ts';
import {
  adamW,
  batchOf,
  type Engine,
  headData,
  initialWeights,
  learningRate,
  parameters,
  plainHeadGraph,
  sizes,
} from './plainHead.ts';
import { appHead } from './appHead.ts';

type Tensors = Record<string, InstanceType<TrainingRuntime['ort']['Tensor']>>;

/** The plain head by our graph on an onnxruntime. */
export function plainEngine(runtime: TrainingRuntime): Promise<Engine> {
  const { Tensor } = runtime.ort;
  const { states, labels } = headData();
  const weights = initialWeights();
  const theta = Float32Array.from(parameters.flatMap(({ name }) => [...(weights.get(name) ?? [])]));
  return onnxEngine(runtime, plainHeadGraph(), theta, (step) => {
    const [start, end] = batchOf(step);
    return {
      states: new Tensor('float32', states.slice(start * sizes.hidden, end * sizes.hidden), [
        sizes.batch,
        sizes.hidden,
      ]),
      labels: new Tensor('int64', BigInt64Array.from(labels.subarray(start, end), BigInt), [sizes.batch, 1]),
    };
  });
}

/** The head as the app trains it, on a batch of invented careers. */
export function appEngine(runtime: TrainingRuntime): Promise<Engine> {
  const { graph, theta, feeds } = appHead();
  const tensors = Object.fromEntries(
    Object.entries(feeds).map(([name, feed]) => [name, ortTensor(runtime, feed)]),
  );
  return onnxEngine(runtime, graph, theta, () => tensors);
}

async function onnxEngine(
  { ort, sessionOptions }: TrainingRuntime,
  graph: CompiledGraph,
  initialTheta: Float32Array<ArrayBuffer>,
  batch: (step: number) => Tensors,
): Promise<Engine> {
  const session = await ort.InferenceSession.create(graph.bytes, sessionOptions);
  const scalar = (value: number) => new ort.Tensor('float32', Float32Array.of(value), [1]);
  const vector = (data: Float32Array) => new ort.Tensor('float32', data, [data.length]);
  let state: Tensors = {
    theta: vector(initialTheta),
    mu: vector(new Float32Array(initialTheta.length)),
    nu: vector(new Float32Array(initialTheta.length)),
  };
  let step = 0;
  return async (steps) => {
    let loss = NaN;
    const start = performance.now();
    for (let i = 0; i < steps; i++, step++) {
      const results = await session.run({
        ...state,
        ...batch(step),
        learning_rate: scalar(learningRate),
        bias_correction_1: scalar(1 - adamW.beta1 ** (step + 1)),
        bias_correction_2: scalar(1 - adamW.beta2 ** (step + 1)),
      });
      state = { theta: results.next_theta, mu: results.next_mu, nu: results.next_nu };
      loss = (results.loss.data as Float32Array)[0];
    }
    return { milliseconds: performance.now() - start, loss };
  };
}
