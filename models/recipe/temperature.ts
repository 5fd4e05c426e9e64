import { elementCount, llamaParameters, type LlamaConfig } from '../../src/onnx/index.ts';
import type { PerplexityMeter } from './perplexity.ts';

/** Factors on the logits that are tried; 1 leaves the model as trained, less makes it less sure. */
const factors = [0.85, 0.88, 0.91, 0.94, 0.97, 1, 1.03];

export interface Tempered {
  theta: Float32Array;
  /** What the logits were multiplied by. */
  factor: number;
  tuningPerplexity: number;
}

/**
 * Temperature scaling (Guo et al. 2017) on the tuning people: one number that makes the model as sure as it is right.
 * It is folded into the last norm's weights, which multiply every logit, so that the model stays a plain Llama.
 */
export async function fitTemperature(
  config: LlamaConfig,
  theta: Float32Array,
  meter: PerplexityMeter,
): Promise<Tempered> {
  let best: Tempered | null = null;
  for (const factor of factors) {
    const scaled = scaleLogits(config, theta, factor);
    const tuningPerplexity = await meter.perplexity(scaled);
    if (best === null || tuningPerplexity < best.tuningPerplexity)
      best = { theta: scaled, factor, tuningPerplexity };
  }
  if (best === null) throw new Error('No temperature was tried.');
  return best;
}

/** The same model with all logits times `factor`. */
export function scaleLogits(config: LlamaConfig, theta: Float32Array, factor: number): Float32Array {
  const scaled = theta.slice();
  let offset = 0;
  for (const { name, shape } of llamaParameters(config)) {
    const count = elementCount(shape);
    if (name === 'model.norm.weight') for (let i = 0; i < count; i++) scaled[offset + i] *= factor;
    offset += count;
  }
  return scaled;
}
