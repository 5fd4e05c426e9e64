// By their names: the development server leaves out imports that only register something.
import '@tensorflow/tfjs-core/dist/flags.js';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import '@tensorflow/tfjs-backend-wasm/dist/flags_wasm.js';
import '@tensorflow/tfjs-backend-wasm/dist/register_all_kernels.js';
import * as tf from '@tensorflow/tfjs-core';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plain from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.wasm?url';
import {
  adamW,
  batchOf,
  type Engine,
  headData,
  initialWeights,
  learningRate,
  normEpsilon,
  parameters,
  sizes,
} from './plainHead.ts';

type Weights = Record<string, tf.Variable>;

/** The plain head by TensorFlow.js on its WebAssembly backend. */
export async function tensorflowEngine(threads: number): Promise<Engine> {
  setWasmPaths({
    'tfjs-backend-wasm.wasm': plain,
    'tfjs-backend-wasm-simd.wasm': simd,
    'tfjs-backend-wasm-threaded-simd.wasm': threaded,
  });
  setThreadsCount(threads);
  await tf.setBackend('wasm');
  const { states, labels } = headData();
  const first = initialWeights();
  const variables = (values: (name: string) => Float32Array): Weights =>
    Object.fromEntries(
      parameters.map(({ name, shape }) => [name, tf.variable(tf.tensor(values(name), [...shape]))]),
    );
  const zeros = () => variables((name) => new Float32Array(first.get(name)?.length ?? 0));
  const theta = variables((name) => first.get(name) ?? new Float32Array());
  const [mu, nu] = [zeros(), zeros()];
  let step = 0;
  return (steps) => {
    let loss = NaN;
    const begin = performance.now();
    for (let i = 0; i < steps; i++, step++) {
      const [start, end] = batchOf(step);
      loss = tf.tidy(() => {
        const batch = tf.tensor2d(states.subarray(start * sizes.hidden, end * sizes.hidden), [
          sizes.batch,
          sizes.hidden,
        ]);
        const target = tf.oneHot(tf.tensor1d(labels.subarray(start, end), 'int32'), sizes.classes);
        const { value, grads } = tf.variableGrads(
          () => headLoss(theta, batch, tf.cast(target, 'float32')),
          Object.values(theta),
        );
        update({ theta, mu, nu }, grads, step + 1);
        return value.dataSync()[0];
      });
    }
    return Promise.resolve({ milliseconds: performance.now() - begin, loss });
  };
}

function headLoss(weights: Weights, states: tf.Tensor2D, target: tf.Tensor): tf.Scalar {
  const { occupation, down, up, normWeight, normBias, bias } = weights;
  const centred = tf.sub(states, tf.mean(states, -1, true));
  const variance = tf.mean(tf.mul(centred, centred), -1, true);
  const scaled = tf.mul(centred, tf.rsqrt(tf.add(variance, normEpsilon)));
  const normed = tf.add(tf.mul(scaled, normWeight), normBias);
  const low = tf.matMul(tf.matMul(normed, down, false, true), up, false, true);
  const adapted = tf.add(normed, tf.mul(low, sizes.scale));
  const logits = tf.add(tf.matMul(adapted, occupation, false, true), bias);
  // The backend has no gradient of a maximum; these logits are small.
  const logTotal = tf.log(tf.sum(tf.exp(logits), -1));
  const own = tf.sum(tf.mul(logits, target), -1);
  return tf.mean(tf.sub(logTotal, own));
}

function update(
  { theta, mu, nu }: Record<'theta' | 'mu' | 'nu', Weights>,
  gradients: tf.NamedTensorMap,
  step: number,
): void {
  const { beta1, beta2, epsilon, weightDecay } = adamW;
  for (const { name, decays } of parameters) {
    const g = gradients[theta[name].name];
    mu[name].assign(tf.add(tf.mul(mu[name], beta1), tf.mul(g, 1 - beta1)));
    nu[name].assign(tf.add(tf.mul(nu[name], beta2), tf.mul(tf.mul(g, g), 1 - beta2)));
    const root = tf.add(tf.sqrt(tf.div(nu[name], 1 - beta2 ** step)), epsilon);
    const moved = tf.div(tf.div(mu[name], 1 - beta1 ** step), root);
    const kept = tf.mul(theta[name], 1 - learningRate * (decays ? weightDecay : 0));
    theta[name].assign(tf.sub(kept, tf.mul(moved, learningRate)));
  }
}
