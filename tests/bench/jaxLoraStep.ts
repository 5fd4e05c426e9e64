import { defaultDevice, init, jit, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { llamaParameters, type AdamW, type LlamaConfig, type Parameter } from '../../src/onnx/index.ts';
import { jaxLoss, type Lesson, type Weights } from '../onnx/jaxLlama.ts';

/**
 * One LoRA step by jax-js on WebAssembly, compiled as a whole: loss, gradient, clipping by the global norm, AdamW, as our
 * graph does it. The returned function does one step more and gives its loss.
 */
export async function jaxLoraStep(
  config: LlamaConfig,
  trained: { readonly parameters: readonly Parameter[]; readonly theta: ReadonlyMap<string, Float32Array> },
  lesson: Lesson & Required<Pick<Lesson, 'lora'>>,
  adamW: AdamW,
  learningRate: number,
): Promise<() => Promise<number>> {
  await init('wasm');
  defaultDevice('wasm');
  const arrays = (parameters: readonly Parameter[], values: ReadonlyMap<string, Float32Array>): Weights =>
    Object.fromEntries(
      parameters.map(({ name, shape }) => [
        name,
        np.array(Float32Array.from(values.get(name) ?? [])).reshape([...shape]),
      ]),
    );
  const frozen = arrays(llamaParameters(config), lesson.lora.frozen);
  const { beta1, beta2, epsilon, weightDecay, clipNorm } = adamW;

  const update = jit((theta: Weights, mu: Weights, nu: Weights, fixed: Weights, corrections: np.Array) => {
    const loss = (weights: Weights): np.Array => jaxLoss(config, { ...fixed, ...weights }, lesson);
    const [value, gradient] = valueAndGrad(loss)(tree.ref(theta));
    const squares = Object.values(tree.ref(gradient)).map((g) => np.sum(g.ref.mul(g)));
    const norm = np.sqrt(squares.reduce((sum, square) => sum.add(square)));
    const clip = np.minimum(np.array(1), np.array(clipNorm).div(norm.add(1e-6)));
    const [correction1, correction2] = np.split(corrections, 2, 0);
    const next: Record<'theta' | 'mu' | 'nu', Weights> = { theta: {}, mu: {}, nu: {} };
    for (const name of Object.keys(theta)) {
      const clipped = gradient[name].mul(clip.ref);
      next.mu[name] = mu[name].mul(beta1).add(clipped.ref.mul(1 - beta1));
      next.nu[name] = nu[name].mul(beta2).add(clipped.ref.mul(clipped).mul(1 - beta2));
      const root = np.sqrt(next.nu[name].ref.div(correction2.ref)).add(epsilon);
      const moved = next.mu[name].ref.div(correction1.ref).div(root);
      next.theta[name] = theta[name].mul(1 - learningRate * weightDecay).sub(moved.mul(learningRate));
    }
    tree.dispose({ clip, correction1, correction2 });
    return { value, ...next };
  });

  let step = 0;
  const zeros = (): Weights =>
    Object.fromEntries(trained.parameters.map(({ name, shape }) => [name, np.zeros([...shape])]));
  let state = { theta: arrays(trained.parameters, trained.theta), mu: zeros(), nu: zeros() };
  return async () => {
    step += 1;
    const corrections = np.array(Float32Array.of(1 - beta1 ** step, 1 - beta2 ** step));
    const { value, ...next } = update(state.theta, state.mu, state.nu, tree.ref(frozen), corrections);
    state = next;
    await Promise.all(Object.values(next.theta).map((array) => array.blockUntilReady()));
    return (await value.data())[0];
  };
}
