import { defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
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

type Weights = Record<string, np.Array>;

/** The plain head by jax-js, compiled as a whole. A use of an array consumes it: `.ref` where it is used again. */
export async function jaxEngine(): Promise<Engine> {
  await init('wasm');
  defaultDevice('wasm');
  const { beta1, beta2, epsilon, weightDecay } = adamW;
  const { states, labels } = headData();
  const first = initialWeights();
  const arrays = (values: (name: string) => Float32Array<ArrayBuffer>): Weights =>
    Object.fromEntries(
      parameters.map(({ name, shape }) => [name, np.array(values(name)).reshape([...shape])]),
    );

  const update = jit(
    (theta: Weights, mu: Weights, nu: Weights, batch: np.Array, target: np.Array, corrections: np.Array) => {
      const loss = (weights: Weights): np.Array => headLoss(weights, batch, target);
      const [value, gradient] = valueAndGrad(loss)(tree.ref(theta));
      const [correction1, correction2] = np.split(corrections, 2, 0);
      const next: Record<'theta' | 'mu' | 'nu', Weights> = { theta: {}, mu: {}, nu: {} };
      for (const { name, decays } of parameters) {
        const g = gradient[name];
        next.mu[name] = mu[name].mul(beta1).add(g.ref.mul(1 - beta1));
        next.nu[name] = nu[name].mul(beta2).add(g.ref.mul(g).mul(1 - beta2));
        const root = np.sqrt(next.nu[name].ref.div(correction2.ref)).add(epsilon);
        const moved = next.mu[name].ref.div(correction1.ref).div(root);
        const kept = theta[name].mul(1 - learningRate * (decays ? weightDecay : 0));
        next.theta[name] = kept.sub(moved.mul(learningRate));
      }
      return { value, ...next };
    },
  );

  const zeros = () => arrays((name) => new Float32Array(first.get(name)?.length ?? 0));
  let state = { theta: arrays((name) => first.get(name) ?? new Float32Array()), mu: zeros(), nu: zeros() };
  let step = 0;
  return async (steps) => {
    let loss = NaN;
    const begin = performance.now();
    for (let i = 0; i < steps; i++, step++) {
      const [start, end] = batchOf(step);
      const corrections = Float32Array.of(1 - beta1 ** (step + 1), 1 - beta2 ** (step + 1));
      const { value, ...next } = update(
        state.theta,
        state.mu,
        state.nu,
        np.array(states.slice(start * sizes.hidden, end * sizes.hidden)).reshape([sizes.batch, sizes.hidden]),
        np.array(labels.slice(start, end)),
        np.array(corrections),
      );
      state = next;
      await Promise.all(Object.values(next.theta).map((array) => array.blockUntilReady()));
      loss = (await value.data())[0];
    }
    return { milliseconds: performance.now() - begin, loss };
  };
}

function headLoss(weights: Weights, states: np.Array, labels: np.Array): np.Array {
  const { occupation, down, up, normWeight, normBias, bias } = weights;
  const centred = states.ref.sub(np.mean(states, -1, { keepdims: true }));
  const variance = np.mean(centred.ref.mul(centred.ref), -1, { keepdims: true });
  const normed = centred
    .div(np.sqrt(variance.add(normEpsilon)))
    .mul(normWeight)
    .add(normBias);
  const low = np.matmul(np.matmul(normed.ref, down.transpose()), up.transpose());
  const logits = np.matmul(normed.add(low.mul(sizes.scale)), occupation.transpose()).add(bias);
  const target = nn.oneHot(labels, sizes.classes).astype(np.float32);
  return np.sum(nn.logSoftmax(logits, -1).mul(target)).mul(-1 / sizes.batch);
}
