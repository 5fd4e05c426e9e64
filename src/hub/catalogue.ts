import type { Dtype } from './modelLayout.ts';

/** How fast to expect it, from the bytes that every token has to read: nothing is measured here. */
export type SpeedClass = 'quick' | 'moderate' | 'slow';

/** A model that people know, with what can be said of it before the hub is asked. */
export interface CatalogueEntry {
  name: string;
  /** `owner/name` on the hub. */
  repository: string;
  /** A branch, tag or commit. `main` is resolved to a commit before the first byte and stays that commit. */
  revision: string;
  kind: 'base' | 'instruct';
  /** As the hub writes it. */
  licence: string;
  parameters: number;
  /** Of these, in the embedding. */
  embeddingParameters: number;
  /**
   * How the 4-bit exports keep it: once in 16 or 32 bits, or twice in 4 bits, for looking up and for the head: Gemma,
   * whose exports are 273 and 764 MB as q4f16.
   */
  embedding: 'floats' | 'blocks';
}

const entry = (
  name: string,
  repository: string,
  kind: CatalogueEntry['kind'],
  licence: string,
  [parameters, embeddingParameters, embedding]: readonly [number, number, CatalogueEntry['embedding']],
): CatalogueEntry => ({
  name,
  repository,
  revision: 'main',
  kind,
  licence,
  parameters,
  embeddingParameters,
  embedding,
});

const smol135 = [134.5e6, 28.3e6, 'floats'] as const;
const smol360 = [361.8e6, 47.2e6, 'floats'] as const;
const qwen25 = [494e6, 136.1e6, 'floats'] as const;
const qwen3 = [596e6, 155.6e6, 'floats'] as const;
const gemma270 = [268.1e6, 167.8e6, 'blocks'] as const;
const gemma1b = [999.9e6, 302e6, 'blocks'] as const;
const llama1b = [1235.8e6, 262.7e6, 'floats'] as const;

/** ONNX exports of small decoders that fit into a tab, the smallest first. */
export const catalogue: readonly CatalogueEntry[] = [
  entry('SmolLM2 135M Instruct', 'HuggingFaceTB/SmolLM2-135M-Instruct', 'instruct', 'apache-2.0', smol135),
  entry('SmolLM2 135M', 'onnx-community/SmolLM2-135M-ONNX', 'base', 'apache-2.0', smol135),
  entry('SmolLM2 360M Instruct', 'HuggingFaceTB/SmolLM2-360M-Instruct', 'instruct', 'apache-2.0', smol360),
  entry('SmolLM2 360M', 'onnx-community/SmolLM2-360M-ONNX', 'base', 'apache-2.0', smol360),
  entry('Gemma 3 270M Instruct', 'onnx-community/gemma-3-270m-it-ONNX', 'instruct', 'gemma', gemma270),
  entry('Qwen2.5 0.5B Instruct', 'onnx-community/Qwen2.5-0.5B-Instruct', 'instruct', 'apache-2.0', qwen25),
  entry('Qwen2.5 0.5B', 'onnx-community/Qwen2.5-0.5B', 'base', 'apache-2.0', qwen25),
  entry('Qwen3 0.6B', 'onnx-community/Qwen3-0.6B-ONNX', 'instruct', 'apache-2.0', qwen3),
  entry('Gemma 3 1B Instruct', 'onnx-community/gemma-3-1b-it-ONNX', 'instruct', 'gemma', gemma1b),
  entry('Llama 3.2 1B Instruct', 'onnx-community/Llama-3.2-1B-Instruct', 'instruct', 'llama3.2', llama1b),
];

/** Bits per weight of a matrix and per weight of the embedding; 4-bit blocks of 32 have a scale each. */
const bits: Readonly<Partial<Record<Dtype, readonly [number, number]>>> = {
  fp32: [32, 32],
  fp16: [16, 16],
  q4: [4 + 32 / 32, 32],
  q4f16: [4 + 16 / 32, 16],
};

/** The dtypes that `approximateBytes` can say something about, the smallest first. */
export const catalogueDtypes: readonly Dtype[] = ['q4f16', 'q4', 'fp16', 'fp32'];

/**
 * About how many bytes a form of the weights has, from the number of weights alone: exports differ by a tenth or
 * two. The hub's exact sizes take its place before the first byte.
 */
export function approximateBytes(model: CatalogueEntry, dtype: Dtype): number {
  const [matrixBits, embeddingBits] = bits[dtype] ?? [32, 32];
  const { parameters, embeddingParameters, embedding } = model;
  const matrices = parameters - embeddingParameters;
  const isInBlocks = embedding === 'blocks' && dtype.startsWith('q4');
  const bitsPerParameter = isInBlocks ? 2 * matrixBits : embeddingBits;
  return (matrices * matrixBits + embeddingParameters * bitsPerParameter) / 8;
}

/** Memory that a model of so many bytes needs while it answers: weights, caches and the answer's own buffers; a rule of thumb. */
export function memoryNeeded(modelBytes: number): number {
  return 1.3 * modelBytes + 200e6;
}

export function speedClass(modelBytes: number): SpeedClass {
  if (modelBytes < 250e6) return 'quick';
  return modelBytes < 700e6 ? 'moderate' : 'slow';
}
