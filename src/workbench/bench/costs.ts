import type { DecoderSession } from '../../lm/index.ts';
import type { WeightCosts } from '../../onnx/index.ts';

type Sizes = Pick<DecoderSession['sizes'], 'layers' | 'heads' | 'kvHeads' | 'headSize'>;

/**
 * FLOP of the products that reading n tokens from nothing needs, with the head on the last one:
 * 2 · (n · layer weights + head weights + 2 · layers · heads · head size · n (n + 1) / 2). The last term is attention, each
 * token's query against the keys of itself and those before it, and the sum of their values.
 */
export function prefillFlop(costs: WeightCosts, sizes: Sizes, tokens: number): number {
  const pairs = (tokens * (tokens + 1)) / 2;
  const attention = 2 * sizes.layers * sizes.heads * sizes.headSize * pairs;
  return 2 * (tokens * costs.layerWeights + costs.headWeights + attention);
}

/** FLOP of a product `[rows, inner] · [inner, columns]`. */
export function productFlop(rows: number, inner: number, columns: number): number {
  return 2 * rows * inner * columns;
}

/** Bytes of the keys and values of one token. */
export function cacheBytesPerToken({ layers, kvHeads, headSize }: Sizes, elementBytes: number): number {
  return 2 * layers * kvHeads * headSize * elementBytes;
}
