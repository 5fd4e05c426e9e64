import { describe, expect, it } from 'vitest';
import { headSize, llamaParameters, parameterCount } from '../../src/onnx/index.ts';
import { cacheBytesPerToken, prefillFlop } from '../../src/workbench/bench/costs.ts';
import { shippedShape } from '../fixtures/randomLlama.ts';
import { neededFlop } from './page/flops.ts';
import { productsFlop, stepProducts } from './stepProducts.ts';

const { hiddenSize, layers, heads, kvHeads, intermediateSize, vocabSize } = shippedShape;
const perHead = headSize(shippedShape);
const sizes = { layers, heads, kvHeads, headSize: perHead };
/** Every two-dimensional weight but the embedding, which is read again as the head. */
const layerWeights = llamaParameters(shippedShape)
  .filter(({ name, shape }) => shape.length === 2 && !name.includes('embed'))
  .reduce((sum, { shape }) => sum + shape[0] * shape[1], 0);
const headWeights = vocabSize * hiddenSize;

describe('figures that benches print of a language model', () => {
  it.each([1, 64, 200])('have the FLOP of a text of %i tokens, however they are counted', (tokens) => {
    let pairs = 0;
    for (let query = 0; query < tokens; query++) for (let key = 0; key <= query; key++) pairs += 1;
    // Two FLOP a weight and token; for each pair two products of a head's size, in each head.
    const expected = 2 * (tokens * layerWeights + headWeights) + 4 * layers * heads * perHead * pairs;
    expect(
      prefillFlop(
        { layerWeights, headWeights, bytesRead: 0, constantBytes: 0, largest: { inner: 1, columns: 1 } },
        sizes,
        tokens,
      ),
    ).toBe(expected);
    expect(neededFlop(shippedShape, tokens, pairs, 1)).toBe(expected);
  });

  it('have the FLOP of a forward pass with dense attention', () => {
    const [batch, length] = [16, 256];
    const weights = 2 * batch * length * (layerWeights + headWeights);
    const attention = 4 * layers * heads * perHead * batch * length * length;
    expect(productsFlop(stepProducts(shippedShape, batch, length))).toBe(weights + attention);
  });

  it('have as many parameters as the weights and norms have numbers', () => {
    const norms = (2 * layers + 1) * hiddenSize;
    const perLayer =
      2 * hiddenSize ** 2 + 2 * hiddenSize * kvHeads * perHead + 3 * hiddenSize * intermediateSize;
    expect(layerWeights).toBe(layers * perLayer);
    expect(parameterCount(llamaParameters(shippedShape))).toBe(layers * perLayer + headWeights + norms);
  });

  it('have the bytes of keys and values of a token', () => {
    const cache = Array.from(
      { length: layers },
      () => 2 * kvHeads * perHead * Float32Array.BYTES_PER_ELEMENT,
    );
    expect(cacheBytesPerToken(sizes, 4)).toBe(cache.reduce((sum, bytes) => sum + bytes, 0));
  });
});
