import {
  dequantizeMatrix,
  elementCount,
  llamaParameters,
  quantizeMatrix,
  type DecoderFormat,
  type LlamaConfig,
} from '../../src/onnx/index.ts';
import type { PerplexityMeter } from './perplexity.ts';

export type QuantizedFormat = Pick<DecoderFormat, 'blockSize'> & { bits: 4 | 8; symmetric: boolean };

/** One way to store the linear weights, and what it costs. */
export interface QuantizationTrial {
  format: QuantizedFormat;
  bitsPerWeight: number;
  tuningPerplexity: number;
}

/** Smallest first. A block has one scale (float32 on disk) and, where not symmetric, one zero point. */
const candidates: readonly QuantizedFormat[] = [
  { bits: 4, blockSize: 128, symmetric: true },
  { bits: 4, blockSize: 64, symmetric: true },
  { bits: 4, blockSize: 32, symmetric: true },
  { bits: 4, blockSize: 32, symmetric: false },
  { bits: 4, blockSize: 16, symmetric: true },
  { bits: 8, blockSize: 128, symmetric: true },
  { bits: 8, blockSize: 64, symmetric: true },
  { bits: 8, blockSize: 32, symmetric: true },
];

/** How much of the tuning perplexity storage may cost. The model is small, so quality is worth bytes. */
const tolerance = 0.003;

/**
 * Tries formats from the smallest up on the tuning people and takes the first within `tolerance` of full
 * precision, or the best one. All trials are returned for the model card.
 */
export async function chooseQuantization(
  config: LlamaConfig,
  theta: Float32Array,
  meter: PerplexityMeter,
  fullPerplexity: number,
): Promise<{ chosen: QuantizationTrial; trials: QuantizationTrial[] }> {
  const trials: QuantizationTrial[] = [];
  for (const format of candidates) {
    const tuningPerplexity = await meter.perplexity(storedParameters(config, theta, format));
    const bitsPerWeight = format.bits + (32 + (format.symmetric ? 0 : format.bits)) / format.blockSize;
    trials.push({ format, bitsPerWeight, tuningPerplexity });
  }
  trials.sort((a, b) => a.bitsPerWeight - b.bitsPerWeight);
  const good = trials.find(({ tuningPerplexity }) => tuningPerplexity <= fullPerplexity * (1 + tolerance));
  const best = trials.reduce((a, b) => (b.tuningPerplexity < a.tuningPerplexity ? b : a));
  return { chosen: good ?? best, trials };
}

/** The parameters as they are after having been stored: linear weights in blocks, the embedding in float16. */
export function storedParameters(
  config: LlamaConfig,
  theta: Float32Array,
  format: QuantizedFormat,
): Float32Array {
  const stored = theta.slice();
  let offset = 0;
  for (const { name, shape } of llamaParameters(config)) {
    const values = theta.subarray(offset, offset + elementCount(shape));
    if (name.includes('embed_tokens')) stored.set(values.map(toNearestFloat16), offset);
    else if (shape.length === 2)
      stored.set(dequantizeMatrix(quantizeMatrix(values, shape[0], shape[1], format)), offset);
    offset += values.length;
  }
  return stored;
}

/** Rounds to 11 significant bits, float16's precision; weights are far inside its range. */
function toNearestFloat16(value: number): number {
  if (value === 0) return 0;
  const step = 2 ** (Math.max(-14, Math.floor(Math.log2(Math.abs(value)))) - 10);
  return Math.round(value / step) * step;
}
