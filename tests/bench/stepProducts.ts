import { headSize, type LlamaConfig } from '../../src/onnx/index.ts';

/** So many products of batches of `[m, k] · [k, n]`. */
export type Product = readonly [count: number, batch: number, m: number, k: number, n: number];

/** Matrix products of one forward pass over a batch of texts; attention dense, as the training graph computes it. */
export function stepProducts(config: LlamaConfig, batchSize: number, sequenceLength: number): Product[] {
  const { hiddenSize, layers, heads, kvHeads, intermediateSize, vocabSize } = config;
  const tokens = batchSize * sequenceLength;
  const kvSize = kvHeads * headSize(config);
  const groups = batchSize * kvHeads;
  const rows = (heads / kvHeads) * sequenceLength;
  return [
    [2 * layers, 1, tokens, hiddenSize, hiddenSize],
    [2 * layers, 1, tokens, hiddenSize, kvSize],
    [2 * layers, 1, tokens, hiddenSize, intermediateSize],
    [layers, 1, tokens, intermediateSize, hiddenSize],
    [layers, groups, rows, headSize(config), sequenceLength],
    [layers, groups, rows, sequenceLength, headSize(config)],
    [1, 1, tokens, hiddenSize, vocabSize],
  ];
}

/** 2 m n k each. */
export function productsFlop(products: readonly Product[]): number {
  return products.reduce((sum, [count, batch, m, k, n]) => sum + count * 2 * batch * m * k * n, 0);
}
