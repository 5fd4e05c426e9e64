import type { DecoderShape, ShapeName } from './shapes.ts';

/** What most exports have in common. */
const plain = {
  packsQueryKeyValue: false,
  hasQueryKeyValueBias: false,
  normalizesQueryKey: false,
  isGemma: false,
  fusesSums: true,
  gelu: 'Gelu',
  rotary: 'attention',
  head: 'transposed',
  quantizesEmbedding: false,
  takesLogitsToKeep: false,
  attention: 'grouped',
  isExternal: false,
} as const;

const smol = {
  ...plain,
  modelType: 'llama',
  vocabSize: 49_152,
  headSize: 64,
  contextLength: 8192,
  rmsNormEpsilon: 1e-5,
  ropeTheta: 100_000,
} as const;

const gemma = {
  ...plain,
  modelType: 'gemma3_text',
  vocabSize: 262_144,
  heads: 4,
  kvHeads: 1,
  headSize: 256,
  contextLength: 32_768,
  rmsNormEpsilon: 1e-6,
  ropeTheta: 1_000_000,
  normalizesQueryKey: true,
  isGemma: true,
  fusesSums: false,
  sliding: { window: 512, every: 6, ropeTheta: 10_000 },
  head: 'quantized',
  quantizesEmbedding: true,
  isExternal: true,
} as const;

/**
 * Sizes are those of the published `config.json`. No export of the hub was at hand: operators and layout follow
 * onnxruntime-genai's model builder, which most exports come from, and what others published about the exports
 * themselves: a listing of Qwen3-0.6B's graph, counts of the operators of Llama 3.2 and Gemma 3, sizes of the files.
 * Those of Qwen2.5 have room for tables of angles of twice the usual width and a megabyte of graph: PyTorch's own
 * exporter wrote it, attention and all. What is not known is spread over the models.
 */
export const publishedShapes: Readonly<Record<ShapeName, DecoderShape>> = {
  'smollm2-135m': {
    ...smol,
    name: 'smollm2-135m',
    hiddenSize: 576,
    intermediateSize: 1536,
    layers: 30,
    heads: 9,
    kvHeads: 3,
    packsQueryKeyValue: true,
  },
  'smollm2-360m': {
    ...smol,
    name: 'smollm2-360m',
    hiddenSize: 960,
    intermediateSize: 2560,
    layers: 32,
    heads: 15,
    kvHeads: 5,
  },
  'qwen2.5-0.5b': {
    ...plain,
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
    hasQueryKeyValueBias: true,
    rotary: 'node',
    attention: 'written-out',
  },
  'qwen3-0.6b': {
    ...plain,
    name: 'qwen3-0.6b',
    modelType: 'qwen3',
    vocabSize: 151_936,
    hiddenSize: 1024,
    intermediateSize: 3072,
    layers: 28,
    heads: 16,
    kvHeads: 8,
    headSize: 128,
    contextLength: 40_960,
    rmsNormEpsilon: 1e-6,
    ropeTheta: 1_000_000,
    normalizesQueryKey: true,
    rotary: 'node',
  },
  'gemma-3-270m': {
    ...gemma,
    name: 'gemma-3-270m',
    hiddenSize: 640,
    intermediateSize: 2048,
    layers: 18,
  },
  'gemma-3-1b': {
    ...gemma,
    name: 'gemma-3-1b',
    hiddenSize: 1152,
    intermediateSize: 6912,
    layers: 26,
  },
  'llama-3.2-1b': {
    ...plain,
    name: 'llama-3.2-1b',
    modelType: 'llama',
    vocabSize: 128_256,
    hiddenSize: 2048,
    intermediateSize: 8192,
    layers: 16,
    heads: 32,
    kvHeads: 8,
    headSize: 64,
    contextLength: 131_072,
    rmsNormEpsilon: 1e-5,
    ropeTheta: 500_000,
    ropeScaling: { factor: 32, lowFrequency: 1, highFrequency: 4, originalContext: 8192 },
  },
};
