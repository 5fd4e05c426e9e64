import { defaultDevice, init, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import {
  elementCount,
  headSize,
  llamaParameters,
  type CompiledGraph,
  type LlamaConfig,
} from '../../src/onnx/index.ts';

export type Weights = Record<string, np.Array>;

/** What the loss is computed from, besides the weights. */
export type Lesson = Omit<Batch, 'theta'>;

/** One batch as plain numbers; `dropout` holds masks by name, absent where there is none. */
export interface Batch {
  readonly batchSize: number;
  readonly sequenceLength: number;
  readonly theta: Float32Array<ArrayBuffer>;
  readonly ids: readonly number[];
  readonly labels: readonly number[];
  readonly labelWeights: Float32Array<ArrayBuffer>;
  readonly dropout: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
  /** Under LoRA: alpha / rank, and the weights that are not trained. */
  readonly lora?: { readonly scale: number; readonly frozen: ReadonlyMap<string, Float32Array<ArrayBuffer>> };
}

/**
 * Loss and gradient (laid out as theta) of a Llama by another library's automatic differentiation, written from
 * the architecture and not from our graphs. In jax-js a use of an array consumes it: `.ref` where it is used again.
 */
export async function jaxLlama(config: LlamaConfig, graph: CompiledGraph, batch: Batch) {
  // The automatic choice of a device looks for a browser's `navigator`.
  await init('wasm');
  defaultDevice('wasm');
  const frozen = (): Weights => {
    const shapes = new Map(llamaParameters(config).map(({ name, shape }) => [name, [...shape]]));
    const entries = [...(batch.lora?.frozen ?? [])];
    return Object.fromEntries(
      entries.map(([name, values]) => [name, np.array(values).reshape(shapes.get(name) ?? [])]),
    );
  };
  const [loss, gradient] = valueAndGrad((weights: Weights) =>
    jaxLoss(config, { ...frozen(), ...weights }, batch),
  )(unpack(graph, batch.theta));
  const flat = new Float32Array(batch.theta.length);
  let offset = 0;
  for (const { name, shape } of graph.parameters) {
    flat.set(await gradient[name].data(), offset);
    offset += elementCount(shape);
  }
  return { loss: (await loss.data())[0], gradient: flat };
}

function unpack(graph: CompiledGraph, theta: Float32Array<ArrayBuffer>): Weights {
  let offset = 0;
  const entries = graph.parameters.map(({ name, shape }): [string, np.Array] => {
    const start = offset;
    offset += elementCount(shape);
    return [name, np.array(theta.slice(start, offset)).reshape([...shape])];
  });
  return Object.fromEntries(entries);
}

/** The mean loss by weights; uses each of them up. */
export function jaxLoss(config: LlamaConfig, weights: Weights, batch: Lesson): np.Array {
  const tokens = batch.batchSize * batch.sequenceLength;
  const { vocabSize, hiddenSize, layers, rmsNormEpsilon } = config;
  const table = weights['model.embed_tokens.weight'];
  const oneHot = (ids: readonly number[]): np.Array =>
    nn.oneHot(np.array(Int32Array.from(ids)), vocabSize).astype(np.float32);
  const dropped = (name: string, y: np.Array): np.Array => {
    const mask = batch.dropout.get(name);
    return mask === undefined ? y : y.mul(np.array(mask).reshape([tokens, hiddenSize]));
  };
  const rmsNorm = (x: np.Array, name: string): np.Array => {
    const square = np.mean(x.ref.mul(x.ref), -1, { keepdims: true });
    return x.div(np.sqrt(square.add(rmsNormEpsilon))).mul(weights[`${name}.weight`]);
  };
  const linear = (x: np.Array, name: string): np.Array => {
    const product = (y: np.Array, weight: string): np.Array => np.matmul(y, weights[weight].transpose());
    if (!(`${name}.lora_A.weight` in weights)) return product(x, `${name}.weight`);
    const update = product(product(x.ref, `${name}.lora_A.weight`), `${name}.lora_B.weight`);
    return product(x, `${name}.weight`).add(update.mul(batch.lora?.scale ?? NaN));
  };

  let x = dropped('dropout.embedding', np.matmul(oneHot(batch.ids), table.ref));
  for (let layer = 0; layer < layers; layer++) {
    const prefix = `model.layers.${layer}`;
    const attended = attention(config, batch, rmsNorm(x.ref, `${prefix}.input_layernorm`), (y, name) =>
      linear(y, `${prefix}.self_attn.${name}`),
    );
    x = x.add(dropped(`dropout.layer.${layer}.attention`, attended));
    const normed = rmsNorm(x.ref, `${prefix}.post_attention_layernorm`);
    const gate = nn.silu(linear(normed.ref, `${prefix}.mlp.gate_proj`));
    const mlp = linear(gate.mul(linear(normed, `${prefix}.mlp.up_proj`)), `${prefix}.mlp.down_proj`);
    x = x.add(dropped(`dropout.layer.${layer}.mlp`, mlp));
  }
  const logits = np.matmul(dropped('dropout.head', rmsNorm(x, 'model.norm')), table.transpose());
  const picked = np.sum(nn.logSoftmax(logits, -1).mul(oneHot(batch.labels)), -1);
  return np.sum(picked.mul(np.array(batch.labelWeights))).mul(-1);
}

function attention(
  config: LlamaConfig,
  { batchSize, sequenceLength }: Lesson,
  x: np.Array,
  linear: (x: np.Array, name: string) => np.Array,
): np.Array {
  const split = (y: np.Array, heads: number): np.Array =>
    y.reshape([batchSize, sequenceLength, heads, headSize(config)]);
  const q = rotated(config, split(linear(x.ref, 'q_proj'), config.heads));
  const k = rotated(config, split(linear(x.ref, 'k_proj'), config.kvHeads));
  const v = split(linear(x, 'v_proj'), config.kvHeads);
  // The textbook form: k and v repeated for every query head, a triangle of −∞, one softmax per row.
  const group = config.heads / config.kvHeads;
  const perHead = (y: np.Array): np.Array => y.transpose([0, 2, 1, 3]);
  const keys = np.repeat(k, group, 2).transpose([0, 2, 3, 1]);
  const scores = np.matmul(perHead(q), keys).div(Math.sqrt(headSize(config)));
  const later = np.triu(np.full([sequenceLength, sequenceLength], -1e9), 1);
  const mixed = np.matmul(nn.softmax(scores.add(later), -1), perHead(np.repeat(v, group, 2)));
  return linear(perHead(mixed).reshape([batchSize * sequenceLength, config.hiddenSize]), 'o_proj');
}

/** RoPE of `[batch, sequence, heads, headSize]` on complex pairs (x₁ + i x₂) e^{iφ} of the two halves. */
function rotated(config: LlamaConfig, x: np.Array): np.Array {
  const [, sequence, , size] = x.shape;
  const half = size / 2;
  const angle = (f: (angle: number) => number): np.Array =>
    np
      .array(
        Float32Array.from({ length: sequence * half }, (_, index) =>
          f(Math.floor(index / half) / config.ropeTheta ** ((index % half) / half)),
        ),
      )
      .reshape([sequence, 1, half]);
  const [first, second] = np.split(x, 2, -1);
  const real = first.ref.mul(angle(Math.cos)).sub(second.ref.mul(angle(Math.sin)));
  const imaginary = first.mul(angle(Math.sin)).add(second.mul(angle(Math.cos)));
  return np.concatenate([real, imaginary], -1);
}
