import { describe, expect, it } from 'vitest';
import { tinyShape as tinyExportShape, type ShapeName } from '../../models/shapes/shapes.ts';
import {
  exportDecoder,
  exportedDecoder,
  readModel,
  scoringDecoder,
  weightCosts,
  type LlamaConfig,
} from '../../src/onnx/index.ts';
import { randomParameters, tinyShape } from '../fixtures/randomLlama.ts';
import { configOf, exportFiles } from '../fixtures/shapeExport.ts';

type LayerSizes = Pick<LlamaConfig, 'hiddenSize' | 'layers' | 'heads' | 'kvHeads' | 'intermediateSize'> & {
  headSize: number;
};

/** From the architecture: queries, keys and values, their projection back, gate, up and down. */
function layerWeights({
  hiddenSize,
  layers,
  heads,
  kvHeads,
  headSize,
  intermediateSize,
}: LayerSizes): number {
  const attention = hiddenSize * headSize * (2 * heads + 2 * kvHeads);
  return layers * (attention + 3 * hiddenSize * intermediateSize);
}

describe('what the weights of a decoder cost a token', () => {
  const model = () =>
    readModel(
      exportDecoder(tinyShape, randomParameters(tinyShape, 7), {
        bits: 8,
        blockSize: 32,
        activations: 'float32',
        contextLength: 64,
      }),
    );
  const headSize = tinyShape.hiddenSize / tinyShape.heads;

  it('is what the architecture says, in either form', () => {
    for (const weights of ['dense', 'quantized'] as const) {
      const { bytes } = scoringDecoder(model(), { weights, activations: 'float32' });
      const costs = weightCosts(bytes, tinyShape.vocabSize);
      expect(costs.layerWeights).toBe(layerWeights({ ...tinyShape, headSize }));
      expect(costs.headWeights).toBe(tinyShape.vocabSize * tinyShape.hiddenSize);
      expect(costs.constantBytes).toBeGreaterThan(costs.bytesRead);
      const { hiddenSize, heads, kvHeads, intermediateSize } = tinyShape;
      const columns = Math.max((heads + 2 * kvHeads) * headSize, 2 * intermediateSize);
      expect(costs.largest).toEqual({ inner: hiddenSize, columns });
    }
  });

  it('reads four bytes a weight where they are dense, and less than two where they have 8 bits', () => {
    const costsOf = (weights: 'dense' | 'quantized') =>
      weightCosts(scoringDecoder(model(), { weights, activations: 'float32' }).bytes, tinyShape.vocabSize);
    const dense = costsOf('dense');
    expect(dense.bytesRead).toBe(4 * (dense.layerWeights + dense.headWeights));
    const { layerWeights: inLayers, headWeights, bytesRead } = costsOf('quantized');
    expect(bytesRead - 4 * headWeights).toBeGreaterThanOrEqual(inLayers);
    expect(bytesRead - 4 * headWeights).toBeLessThan(2 * inLayers);
  });

  it.each(['smollm2-135m', 'qwen2.5-0.5b', 'gemma-3-270m'] as ShapeName[])(
    'is counted in an export of the shape of %s, whose weights lie elsewhere',
    (name) => {
      const shape = tinyExportShape(name);
      for (const dtype of ['fp32', 'q4'] as const) {
        const { bytes } = exportedDecoder(exportFiles(shape, dtype), { config: configOf(shape) });
        const costs = weightCosts(bytes, shape.vocabSize);
        expect(costs.layerWeights).toBe(layerWeights(shape));
        expect(costs.headWeights).toBe(shape.vocabSize * shape.hiddenSize);
        expect(costs.bytesRead).toBeGreaterThan((costs.layerWeights + costs.headWeights) / 2);
      }
    },
  );
});
