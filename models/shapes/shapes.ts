/** Names of the families whose exports are imitated. */
export type ShapeName = 'smollm2-135m' | 'qwen2.5-0.5b' | 'gemma-3-270m';

/**
 * Where the angles of the positions are applied: by the attention operator, as onnxruntime-genai writes it for
 * processors and WebGPU, or by operators of their own before it.
 */
export type RotaryPlace = 'attention' | 'node';

/**
 * How the head stores its weight. `transposed`: the embedding table, turned over by a node; `quantized`: its own
 * copy in blocks where the linear layers have blocks, else like `transposed`; `dense`: a matrix of its own; `gemm`:
 * the embedding table, multiplied by `Gemm`.
 */
export type HeadForm = 'transposed' | 'quantized' | 'dense' | 'gemm';

/** Everything that decides the graph, the files and the tokenizer of one export. Sizes are those of `config.json`. */
export interface DecoderShape {
  readonly name: ShapeName;
  readonly modelType: 'llama' | 'qwen2' | 'gemma3_text';
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly contextLength: number;
  readonly rmsNormEpsilon: number;
  readonly ropeTheta: number;
  /** One product computes queries, keys and values. */
  readonly packsQueryKeyValue: boolean;
  readonly hasQueryKeyValueBias: boolean;
  readonly normalizesQueryKey: boolean;
  /** Gemma: norms around each branch, scaled embeddings, GELU gates, norms computed in float32. */
  readonly isGemma: boolean;
  /** Layers that see the last `window` positions only, with angles of their own: all but every `every`-th one. */
  readonly sliding?: { readonly window: number; readonly every: number; readonly ropeTheta: number };
  readonly rotary: RotaryPlace;
  readonly head: HeadForm;
  /** Newer exports keep the embedding table in blocks too, where the linear layers have blocks. */
  readonly quantizesEmbedding: boolean;
  /** The input `num_logits_to_keep` of newer exports. */
  readonly takesLogitsToKeep: boolean;
  /** Attention in one operator of onnxruntime, or written out as the exporter of PyTorch does. */
  readonly attention: 'grouped' | 'written-out';
  /** Whether weights lie in a file beside the graph. */
  readonly isExternal: boolean;
}

/**
 * SmolLM2-135M, Qwen2.5-0.5B and Gemma-3-270M. Sizes are those of their published `config.json`. No export of the
 * hub was at hand: operators and layout follow onnxruntime-genai's model builder, which the exports come from, as
 * far as it is documented; where exports of one family differ, the forms are spread over the three.
 */
export const shapes: Readonly<Record<ShapeName, DecoderShape>> = {
  'smollm2-135m': {
    name: 'smollm2-135m',
    modelType: 'llama',
    vocabSize: 49_152,
    hiddenSize: 576,
    intermediateSize: 1536,
    layers: 30,
    heads: 9,
    kvHeads: 3,
    headSize: 64,
    contextLength: 8192,
    rmsNormEpsilon: 1e-5,
    ropeTheta: 100_000,
    packsQueryKeyValue: true,
    hasQueryKeyValueBias: false,
    normalizesQueryKey: false,
    isGemma: false,
    rotary: 'attention',
    head: 'quantized',
    quantizesEmbedding: false,
    takesLogitsToKeep: false,
    attention: 'grouped',
    isExternal: false,
  },
  'qwen2.5-0.5b': {
    name: 'qwen2.5-0.5b',
    modelType: 'qwen2',
    vocabSize: 151_936,
    hiddenSize: 896,
    intermediateSize: 4864,
    layers: 24,
    heads: 14,
    kvHeads: 2,
    headSize: 64,
    contextLength: 32_768,
    rmsNormEpsilon: 1e-6,
    ropeTheta: 1_000_000,
    packsQueryKeyValue: false,
    hasQueryKeyValueBias: true,
    normalizesQueryKey: false,
    isGemma: false,
    rotary: 'node',
    head: 'transposed',
    quantizesEmbedding: false,
    takesLogitsToKeep: false,
    attention: 'grouped',
    isExternal: false,
  },
  'gemma-3-270m': {
    name: 'gemma-3-270m',
    modelType: 'gemma3_text',
    vocabSize: 262_144,
    hiddenSize: 640,
    intermediateSize: 2048,
    layers: 18,
    heads: 4,
    kvHeads: 1,
    headSize: 256,
    contextLength: 32_768,
    rmsNormEpsilon: 1e-6,
    ropeTheta: 1_000_000,
    packsQueryKeyValue: false,
    hasQueryKeyValueBias: false,
    normalizesQueryKey: true,
    isGemma: true,
    sliding: { window: 512, every: 6, ropeTheta: 10_000 },
    rotary: 'attention',
    head: 'quantized',
    quantizesEmbedding: false,
    takesLogitsToKeep: true,
    attention: 'grouped',
    isExternal: true,
  },
};

/** Smallest vocabulary that holds all bytes, all special tokens and some words. */
export const tinyVocabulary = 640;

/**
 * The same architecture in a size that a test makes and runs in milliseconds: two layers of 64 channels, of which,
 * where windows slide, one has a window of 8.
 */
export function tinyShape(name: ShapeName, changes: Partial<DecoderShape> = {}): DecoderShape {
  const shape = shapes[name];
  return {
    ...shape,
    vocabSize: tinyVocabulary,
    hiddenSize: 64,
    intermediateSize: 96,
    layers: 2,
    heads: 4,
    kvHeads: shape.kvHeads === 1 ? 1 : 2,
    headSize: shape.isGemma ? 32 : 16,
    contextLength: 512,
    ...(shape.sliding && { sliding: { ...shape.sliding, window: 8, every: 2 } }),
    ...changes,
  };
}

/** Whether layer `index` sees a window only. Gemma: five such layers, then one that sees everything. */
export function slides({ sliding }: DecoderShape, index: number): boolean {
  return sliding !== undefined && (index + 1) % sliding.every !== 0;
}

/** Forms of the weights, by the names that transformers.js gives them, and the suffix of their file. */
export const shapeDtypes = { fp32: '', fp16: '_fp16', q4: '_q4', q4f16: '_q4f16' } as const;
export type ShapeDtype = keyof typeof shapeDtypes;
