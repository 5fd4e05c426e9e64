import { describe, expect, it } from 'vitest';
import { knownAnswers } from '../../src/onnx/index.ts';
import { probeFormat, probeParameters, probeShape, probeTokens } from '../../src/onnx/probeModel.ts';
import { quantizedParameters } from '../fixtures/quantizedParameters.ts';
import { referenceLlama } from '../fixtures/referenceLlama.ts';

describe('known answers', () => {
  it('are those of the architecture, computed in float64', () => {
    const parameters = quantizedParameters(probeShape, probeParameters(), probeFormat);
    const { hiddenStates } = referenceLlama(probeShape, parameters, probeTokens);
    const flat = hiddenStates.flat();
    for (const { expected } of knownAnswers()) {
      expect(expected).toHaveLength(12);
      for (const [index, value] of expected) expect(Math.abs(flat[index] - value)).toBeLessThan(1e-6);
    }
  });

  it('ask for more than 64 tokens, from small models', () => {
    expect(probeTokens.length).toBeGreaterThanOrEqual(64);
    for (const { model } of knownAnswers()) expect(model.length).toBeLessThan(200_000);
  });
});
