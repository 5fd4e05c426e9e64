import { describe, expect, it } from 'vitest';
import { chooseVariant, type WeightVariant } from '../../src/lm/index.ts';
import { exportDecoder, readModel, scoringDecoder, type ScoringFormat } from '../../src/onnx/index.ts';
import { nodeRuntime } from '../fixtures/nodeDecoder.ts';
import { randomParameters, tinyShape } from '../fixtures/randomLlama.ts';

const format = { bits: 8, blockSize: 32, activations: 'float32' } as const;
const model = readModel(exportDecoder(tinyShape, randomParameters(tinyShape, 3), format));
const other = readModel(exportDecoder(tinyShape, randomParameters(tinyShape, 4), format));
const dense: ScoringFormat = { weights: 'dense', activations: 'float32' };
const quantized: ScoringFormat = { weights: 'quantized', activations: 'float32' };
const variant = (id: string, graph: WeightVariant['graph']): WeightVariant => ({
  id,
  graph,
  tolerance: 1e-3,
});

describe('choice of the weights', () => {
  it('keeps the fastest of those that agree, and tells all timings', async () => {
    const { id, timings, session } = await chooseVariant(nodeRuntime, [
      variant('fp32', () => scoringDecoder(model, dense)),
      variant('q8', () => scoringDecoder(model, quantized)),
    ]);
    const fastest = timings.reduce((best, timing) =>
      (timing.milliseconds ?? Infinity) < (best.milliseconds ?? Infinity) ? timing : best,
    );
    expect(timings.map((timing) => timing.id)).toEqual(['fp32', 'q8']);
    expect(id).toBe(fastest.id);
    expect(
      (await session.forward([1, 2], { tokens: [], parents: [], anchors: [] }, [])).logProbs,
    ).toHaveLength(0);
  });

  it('never keeps weights that answer differently, or that do not load', async () => {
    const { id, timings } = await chooseVariant(nodeRuntime, [
      variant('fp32', () => scoringDecoder(model, dense)),
      variant('other', () => scoringDecoder(other, dense)),
      variant('torn', () => ({ ...scoringDecoder(model, dense), bytes: new Uint8Array(7) })),
    ]);
    expect(id).toBe('fp32');
    expect(timings[1]).toMatchObject({
      milliseconds: null,
      problem: expect.stringContaining('differs') as string,
    });
    expect(timings[2].milliseconds).toBeNull();
  });

  it('fails with the reason where no weights load', async () => {
    const torn = variant('torn', () => ({ ...scoringDecoder(model, dense), bytes: new Uint8Array(7) }));
    await expect(chooseVariant(nodeRuntime, [torn])).rejects.toThrow();
  });
});
