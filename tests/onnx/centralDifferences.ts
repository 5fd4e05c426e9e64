import * as ort from 'onnxruntime-node';
import {
  Graph,
  elementCount,
  multiply,
  packedGradient,
  packedParameters,
  parameterCount,
  reduceSum,
  type Parameter,
  type Tensor,
} from '../../src/onnx/index.ts';
import type { SeededRandom } from '../../src/platform/index.ts';

/** Step of the difference quotient: its error is of order step⁴, rounding contributes about 1e-16 / step. */
const step = 3e-4;

/** Elements far smaller than the largest of the gradient are judged on this fraction of it. */
const floor = 1e-3;

export interface GradientCheck {
  readonly loss: number;
  readonly probes: number;
  readonly worst: number;
}

/** Runs a float64 graph with inputs given as plain arrays, and returns its float outputs. */
export async function doubleSession(bytes: Uint8Array) {
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: ['cpu'],
    // The optimizer fuses some operators into ones that have no float64 kernel.
    graphOptimizationLevel: 'basic',
    logSeverityLevel: 3,
  });
  return async (feeds: Record<string, ort.Tensor>): Promise<Record<string, Float64Array>> => {
    const outputs = await session.run(feeds);
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { data }]) => [name, data as Float64Array]),
    );
  };
}

/**
 * Compares `gradient` with fourth-order central differences of `loss` at `probes` random elements of theta:
 * the worst |difference| / max(|gradient|, 1e-3 · largest |gradient|).
 */
export async function checkGradient(
  run: (feeds: Record<string, ort.Tensor>) => Promise<Record<string, Float64Array>>,
  theta: Float64Array,
  feeds: Record<string, ort.Tensor>,
  random: SeededRandom,
  probes: number,
): Promise<GradientCheck> {
  const at = (values: Float64Array) =>
    run({ ...feeds, theta: new ort.Tensor('float64', values, [theta.length]) });
  const { loss, gradient } = await at(theta);
  const shifted = async (index: number, by: number): Promise<number> => {
    const moved = theta.slice();
    moved[index] += by;
    return (await at(moved)).loss[0];
  };
  const largest = gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (!(largest > 0)) throw new Error('The gradient is zero everywhere.');
  let worst = 0;
  for (let probe = 0; probe < probes; probe++) {
    const index = random.integer(theta.length);
    const near = (await shifted(index, step)) - (await shifted(index, -step));
    const far = (await shifted(index, 2 * step)) - (await shifted(index, -2 * step));
    const numeric = (8 * near - far) / (12 * step);
    const size = Math.max(Math.abs(gradient[index]), floor * largest);
    worst = Math.max(worst, Math.abs(numeric - gradient[index]) / size);
  }
  return { loss: loss[0], probes, worst };
}

/**
 * Checks one operation: the loss is the sum of its output times fixed random weights, so that no two elements
 * of the output count alike.
 */
export async function checkOperation(
  shapes: Record<string, readonly number[]>,
  build: (graph: Graph, tensors: Record<string, Tensor>) => Tensor,
  random: SeededRandom,
  probes = 40,
): Promise<GradientCheck> {
  const parameters: Parameter[] = Object.entries(shapes).map(([name, shape]) => ({
    name,
    shape,
    decays: true,
  }));
  const graph = new Graph('operation', 'float64');
  const packed = packedParameters(graph, 'theta', parameters);
  const output = build(graph, Object.fromEntries(packed.tensors));
  const weights = Array.from({ length: elementCount(output.shape) }, () => random.normal());
  const loss = reduceSum(graph, multiply(graph, output, graph.constant(weights, output.shape)));
  graph.output('loss', loss);
  graph.output('gradient', packedGradient(graph, loss, packed));
  const theta = Float64Array.from({ length: parameterCount(parameters) }, () => random.normal());
  return checkGradient(await doubleSession(graph.bytes()), theta, {}, random, probes);
}
