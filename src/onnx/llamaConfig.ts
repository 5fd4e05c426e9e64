import { AppError } from '../platform/index.ts';

/** A Llama-architecture decoder with tied embeddings and no biases. Sizes are counts of elements. */
export interface LlamaConfig {
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  /** Divides `heads`: each key/value head serves `heads / kvHeads` query heads. */
  readonly kvHeads: number;
  readonly intermediateSize: number;
  readonly ropeTheta: number;
  readonly rmsNormEpsilon: number;
}

/** One tensor of the flat parameter vector. `decays`: AdamW's weight decay applies to it (matrices, not norms). */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly decays: boolean;
}

/** Elements of one attention head. RoPE rotates its two halves, so it is even. */
export function headSize(config: LlamaConfig): number {
  return config.hiddenSize / config.heads;
}

/**
 * The tensors of `theta` in order, under Hugging Face's names; linear weights are `[out, in]`.
 * Everything that decays comes first, and within a layer q, k, v and gate, up are neighbours: a graph may read
 * each such group as one stacked matrix. Throws `bad-input` for sizes no Llama can have.
 */
export function llamaParameters(config: LlamaConfig): Parameter[] {
  checkConfig(config);
  const { vocabSize, hiddenSize, layers, kvHeads, intermediateSize } = config;
  const kvSize = kvHeads * headSize(config);
  const matrices: Parameter[] = [matrix('model.embed_tokens.weight', vocabSize, hiddenSize)];
  const norms: Parameter[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const prefix = `model.layers.${layer}.`;
    matrices.push(
      matrix(`${prefix}self_attn.q_proj.weight`, hiddenSize, hiddenSize),
      matrix(`${prefix}self_attn.k_proj.weight`, kvSize, hiddenSize),
      matrix(`${prefix}self_attn.v_proj.weight`, kvSize, hiddenSize),
      matrix(`${prefix}self_attn.o_proj.weight`, hiddenSize, hiddenSize),
      matrix(`${prefix}mlp.gate_proj.weight`, intermediateSize, hiddenSize),
      matrix(`${prefix}mlp.up_proj.weight`, intermediateSize, hiddenSize),
      matrix(`${prefix}mlp.down_proj.weight`, hiddenSize, intermediateSize),
    );
    norms.push(
      norm(`${prefix}input_layernorm.weight`, hiddenSize),
      norm(`${prefix}post_attention_layernorm.weight`, hiddenSize),
    );
  }
  norms.push(norm('model.norm.weight', hiddenSize));
  return [...matrices, ...norms];
}

/** Elements of a tensor of this shape; a scalar has one. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Length of `theta`. */
export function parameterCount(parameters: readonly Parameter[]): number {
  return parameters.reduce((total, parameter) => total + elementCount(parameter.shape), 0);
}

/** Tensors by name, as views of one flat vector. */
export function namedTensors(
  parameters: readonly Parameter[],
  theta: Float32Array,
): Map<string, Float32Array> {
  let offset = 0;
  return new Map(
    parameters.map(({ name, shape }) => {
      const start = offset;
      offset += elementCount(shape);
      return [name, theta.subarray(start, offset)];
    }),
  );
}

/** Named tensors as one flat vector. Throws `bad-input` where one is missing or has another size. */
export function flatTensors(
  parameters: readonly Parameter[],
  tensors: ReadonlyMap<string, Float32Array>,
): Float32Array {
  const theta = new Float32Array(parameterCount(parameters));
  for (const [name, place] of namedTensors(parameters, theta)) {
    const values = tensors.get(name);
    if (values?.length !== place.length)
      throw new AppError('bad-input', `Tensor ${name} should have ${place.length} elements.`, { name });
    place.set(values);
  }
  return theta;
}

function matrix(name: string, rows: number, columns: number): Parameter {
  return { name, shape: [rows, columns], decays: true };
}

function norm(name: string, size: number): Parameter {
  return { name, shape: [size], decays: false };
}

function checkConfig(config: LlamaConfig): void {
  const { vocabSize, hiddenSize, layers, heads, kvHeads, intermediateSize, ropeTheta, rmsNormEpsilon } =
    config;
  for (const [name, size] of Object.entries({
    vocabSize,
    hiddenSize,
    layers,
    heads,
    kvHeads,
    intermediateSize,
  }))
    if (!Number.isSafeInteger(size) || size < 1)
      throw new AppError('bad-input', `Llama config: ${name} must be a positive whole number, not ${size}.`, {
        name,
        size,
      });
  if (hiddenSize % heads !== 0 || headSize(config) % 2 !== 0)
    throw new AppError('bad-input', 'Llama config: hiddenSize / heads must be an even whole number.', {
      hiddenSize,
      heads,
    });
  if (heads % kvHeads !== 0)
    throw new AppError('bad-input', 'Llama config: kvHeads must divide heads.', { heads, kvHeads });
  if (!(ropeTheta > 0) || !(rmsNormEpsilon > 0))
    throw new AppError('bad-input', 'Llama config: ropeTheta and rmsNormEpsilon must be positive.', {
      ropeTheta,
      rmsNormEpsilon,
    });
}
