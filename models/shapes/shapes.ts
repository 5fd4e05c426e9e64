import { publishedShapes } from './publishedShapes.ts';

/** Names of the models whose exports are imitated. */
export type ShapeName =
  | 'smollm2-135m'
  | 'smollm2-360m'
  | 'qwen2.5-0.5b'
  | 'qwen3-0.6b'
  | 'gemma-3-270m'
  | 'gemma-3-1b'
  | 'llama-3.2-1b';

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

/**
 * Llama 3: rotations that take longer than the `originalContext / lowFrequency` positions of the first training turn
 * `factor` times slower, those shorter than `originalContext / highFrequency` as before, and those between in part.
 */
export interface RopeScaling {
  readonly factor: number;
  readonly lowFrequency: number;
  readonly highFrequency: number;
  readonly originalContext: number;
}

/** Everything that decides the graph, the files and the tokenizer of one export. Sizes are those of `config.json`. */
export interface DecoderShape {
  readonly name: ShapeName;
  readonly modelType: 'llama' | 'qwen2' | 'qwen3' | 'gemma3_text';
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
  readonly ropeScaling?: RopeScaling;
  /** One product computes queries, keys and values. */
  readonly packsQueryKeyValue: boolean;
  readonly hasQueryKeyValueBias: boolean;
  readonly normalizesQueryKey: boolean;
  /** Gemma: norms around each branch, scaled embeddings, GELU gates, norms computed in float32. */
  readonly isGemma: boolean;
  /** Adding a branch to the stream and normalising the sum are one operator. */
  readonly fusesSums: boolean;
  /** Gemma's gate: the operator of ONNX, or onnxruntime's own. */
  readonly gelu: 'Gelu' | 'FastGelu';
  /** Layers that see the last `window` positions only, with angles of their own: all but every `every`-th one. */
  readonly sliding?: { readonly window: number; readonly every: number; readonly ropeTheta: number };
  readonly rotary: RotaryPlace;
  readonly head: HeadForm;
  /** Newer exports keep the embedding table in blocks too, where the linear layers have blocks. */
  readonly quantizesEmbedding: boolean;
  /** The input `num_logits_to_keep` of newer exports. */
  readonly takesLogitsToKeep: boolean;
  /**
   * `grouped` and `multi-head`: one operator of onnxruntime; `written-out`: standard operators, norms too, as the
   * exporter of PyTorch writes them.
   */
  readonly attention: 'grouped' | 'multi-head' | 'written-out';
  /** Whether weights lie in a file beside the graph. Files beyond 2 GB always have them there. */
  readonly isExternal: boolean;
}

export { publishedShapes as shapes };

/** Smallest vocabulary that holds all bytes, all special tokens and some words. */
export const tinyVocabulary = 640;

/**
 * The same architecture in a size that a test makes and runs in milliseconds: two or three layers of 64 channels, of
 * which, where windows slide, every other has a window of 8.
 */
export function tinyShape(name: ShapeName, changes: Partial<DecoderShape> = {}): DecoderShape {
  const shape = publishedShapes[name];
  return {
    ...shape,
    vocabSize: tinyVocabulary,
    hiddenSize: 64,
    intermediateSize: 96,
    // As in full size, the last layer of Gemma-3-1B slides.
    layers: shape.sliding && shape.layers % shape.sliding.every !== 0 ? 3 : 2,
    heads: 4,
    kvHeads: shape.kvHeads === 1 ? 1 : 2,
    headSize: shape.heads * shape.headSize === shape.hiddenSize ? 16 : 32,
    contextLength: 512,
    ...(shape.ropeScaling && { ropeScaling: { ...shape.ropeScaling, originalContext: 64 } }),
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
