import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportedDecoder, hiddenStatesDecoder, type ExportFiles } from '../../src/onnx/index.ts';
import { AppError } from '../../src/platform/index.ts';
import { tinyExport } from '../fixtures/shapeExport.ts';

const gemma = tinyExport('gemma-3-270m', 'q4');
const qwen = tinyExport('qwen2.5-0.5b', 'q4');

/** Whatever is wrong with a file is said as an AppError that a person can read, and soon. */
function isHandled(files: ExportFiles): void {
  const config = { num_attention_heads: 4, max_position_embeddings: 512 };
  for (const surgery of [exportedDecoder, hiddenStatesDecoder]) {
    try {
      surgery(files, { config });
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
      expect((error as AppError).code).toBe('bad-input');
    }
  }
}

describe('surgery on damaged exports', () => {
  it.each([
    ['an attention operator', gemma],
    ['attention that is written out', qwen],
  ])('survives any bytes that were overwritten: %s', (_, files) => {
    // The graph itself lies before its weights, where they are in one file.
    const graphBytes = Math.min(files.bytes.length, 60_000);
    const edits = fc.array(fc.tuple(fc.nat(graphBytes - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(edits, (changes) => {
        const bytes = files.bytes.slice();
        for (const [place, value] of changes) bytes[place] = value;
        isHandled({ ...files, bytes });
      }),
      { seed: 7, numRuns: 400 },
    );
  });

  it('survives any cut of the graph and of the weights', () => {
    fc.assert(
      fc.property(fc.nat(gemma.bytes.length), fc.double({ min: 0, max: 1, noNaN: true }), (length, share) => {
        const external = new Map(
          [...(gemma.external ?? [])].map(([name, data]) => [name, data.subarray(0, data.length * share)]),
        );
        isHandled({ ...gemma, external });
        isHandled({ ...gemma, bytes: gemma.bytes.subarray(0, length) });
      }),
      { seed: 7, numRuns: 150 },
    );
  });
});
