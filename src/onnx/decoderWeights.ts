import { AppError } from '../platform/index.ts';
import { headSize, llamaParameters, type LlamaConfig } from './llamaConfig.ts';
import {
  concatenateMatrices,
  dequantizeMatrix,
  quantizeMatrix,
  scaleMatrix,
  type QuantizationFormat,
  type QuantizedMatrix,
} from './quantization.ts';

/** A linear weight kept in full, `[out, in]`. */
export interface DenseMatrix {
  readonly outSize: number;
  readonly inSize: number;
  readonly values: Float32Array;
}

export type LinearWeight = DenseMatrix | QuantizedMatrix;

/** The seven linear layers of a Llama block, under the ends of their Hugging Face names. */
export const linearNames = [
  'self_attn.q_proj',
  'self_attn.k_proj',
  'self_attn.v_proj',
  'self_attn.o_proj',
  'mlp.gate_proj',
  'mlp.up_proj',
  'mlp.down_proj',
] as const;
export type LinearName = (typeof linearNames)[number];

export interface DecoderLayer {
  readonly inputNorm: Float32Array;
  readonly postAttentionNorm: Float32Array;
  readonly linears: Readonly<Record<LinearName, LinearWeight>>;
}

/** Sizes that a decoder's graphs need. Positions run from 0 to `contextLength - 1`. */
export interface DecoderSizes {
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly contextLength: number;
  readonly rmsNormEpsilon: number;
}

/** Everything a decoder is made of, whatever graph will run it. */
export interface DecoderWeights {
  readonly sizes: DecoderSizes;
  /** `[vocab, hidden]`; also the language model's head. */
  readonly embedding: Float32Array;
  readonly layers: readonly DecoderLayer[];
  readonly finalNorm: Float32Array;
  /** Cosine and sine of RoPE, each `[contextLength, headSize / 2]`. */
  readonly rotary: { readonly cos: Float32Array; readonly sin: Float32Array };
}

/**
 * Gathers trained parameters under their Hugging Face names, quantizing the linear layers where asked.
 * Throws `bad-input` where a parameter is missing or has the wrong size.
 */
export function decoderWeights(
  config: LlamaConfig,
  parameters: ReadonlyMap<string, Float32Array>,
  options: { quantization: QuantizationFormat | null; contextLength: number },
): DecoderWeights {
  const shapes = new Map(llamaParameters(config).map(({ name, shape }) => [name, shape]));
  const parameter = (name: string): Float32Array => {
    const values = parameters.get(name);
    const shape = shapes.get(name) ?? [];
    if (values?.length !== shape.reduce((product, size) => product * size, 1))
      throw new AppError('bad-input', `Parameter ${name} should have shape [${shape.join(', ')}].`, { name });
    return values;
  };
  const linear = (name: string): LinearWeight => {
    const values = parameter(name);
    const [outSize, inSize] = shapes.get(name) ?? [0, 0];
    return options.quantization === null
      ? { outSize, inSize, values }
      : quantizeMatrix(values, outSize, inSize, options.quantization);
  };
  return {
    sizes: {
      vocabSize: config.vocabSize,
      hiddenSize: config.hiddenSize,
      heads: config.heads,
      kvHeads: config.kvHeads,
      headSize: headSize(config),
      contextLength: options.contextLength,
      rmsNormEpsilon: config.rmsNormEpsilon,
    },
    embedding: parameter('model.embed_tokens.weight'),
    layers: Array.from({ length: config.layers }, (_, layer) => ({
      inputNorm: parameter(`model.layers.${layer}.input_layernorm.weight`),
      postAttentionNorm: parameter(`model.layers.${layer}.post_attention_layernorm.weight`),
      linears: linearRecord((name) => linear(`model.layers.${layer}.${name}.weight`)),
    })),
    finalNorm: parameter('model.norm.weight'),
    rotary: rotaryTable(options.contextLength, headSize(config), config.ropeTheta),
  };
}

/** One value per linear layer of a block. */
export function linearRecord<Value>(make: (name: LinearName) => Value): Record<LinearName, Value> {
  return Object.fromEntries(linearNames.map((name) => [name, make(name)])) as Record<LinearName, Value>;
}

/** Weights side by side along their outputs, so that one product computes them all. All dense or all quantized. */
export function concatenateLinears(weights: readonly LinearWeight[]): LinearWeight {
  const quantized = weights.filter((weight) => 'packed' in weight);
  if (quantized.length === weights.length) return concatenateMatrices(quantized);
  const dense = weights.map(denseLinear);
  const values = new Float32Array(dense.reduce((total, weight) => total + weight.values.length, 0));
  let offset = 0;
  for (const weight of dense) {
    values.set(weight.values, offset);
    offset += weight.values.length;
  }
  return { outSize: dense.reduce((sum, { outSize }) => sum + outSize, 0), inSize: dense[0].inSize, values };
}

/** The same weight without quantization. */
export function denseLinear(weight: LinearWeight): DenseMatrix {
  if (!('packed' in weight)) return weight;
  return { outSize: weight.outSize, inSize: weight.inSize, values: dequantizeMatrix(weight) };
}

/** The weight times a constant; a quantized one stays quantized. */
export function scaleLinear(weight: LinearWeight, factor: number): LinearWeight {
  if ('packed' in weight) return scaleMatrix(weight, factor);
  return { ...weight, values: weight.values.map((value) => value * factor) };
}

function rotaryTable(contextLength: number, size: number, theta: number): DecoderWeights['rotary'] {
  const half = size / 2;
  const angle = (_: unknown, index: number): number =>
    Math.floor(index / half) / theta ** ((2 * (index % half)) / size);
  const angles = Float64Array.from({ length: contextLength * half }, angle);
  return { cos: Float32Array.from(angles, Math.cos), sin: Float32Array.from(angles, Math.sin) };
}
