import { describe, expect, it } from 'vitest';
import { dequantizeMatrix, quantizeMatrix, type QuantizationFormat } from '../../src/onnx/index.ts';
import { uniform } from '../fixtures/randomLlama.ts';

/** Bell-shaped weights, as trained ones are: sum of twelve uniforms. */
function bell(count: number, seed: number): Float32Array {
  const next = uniform(seed);
  const draw = (): number => Array.from({ length: 12 }, next).reduce((sum, value) => sum + value, -6);
  return Float32Array.from({ length: count }, draw);
}

const meanSquare = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, value, index) => sum + (value - b[index]) ** 2, 0) / a.length;

describe('quantization', () => {
  const formats: QuantizationFormat[] = [4, 8].flatMap((bits) =>
    [true, false].map((symmetric) => ({ bits: bits as 4 | 8, blockSize: 32 as const, symmetric })),
  );

  it.each(formats)(
    '%j: at 8 bits every weight is within half a step; at 4 bits the error is small',
    (format) => {
      const weight = bell(24 * 72, 1);
      const restored = dequantizeMatrix(quantizeMatrix(weight, 24, 72, format));
      if (format.bits === 8)
        restored.forEach((value, index) => expect(Math.abs(value - weight[index])).toBeLessThan(4 / 127));
      expect(meanSquare(weight, restored)).toBeLessThan(format.bits === 8 ? 2e-4 : 0.02);
    },
  );

  it('at 4 bits the searched scale beats plain rounding to nearest', () => {
    const weight = bell(64 * 128, 2);
    const format = { bits: 4, blockSize: 32, symmetric: true } as const;
    const searched = dequantizeMatrix(quantizeMatrix(weight, 64, 128, format));
    const plain = weight.map((value, index) => {
      const block = weight.subarray(index - (index % 32), index - (index % 32) + 32);
      const extreme = block.reduce((best, v) => (Math.abs(v) > Math.abs(best) ? v : best), 0);
      const scale = Math.fround(-extreme / 8);
      return Math.max(-8, Math.min(7, Math.round(value / scale))) * scale;
    });
    expect(meanSquare(weight, searched)).toBeLessThan(0.95 * meanSquare(weight, plain));
  });

  it('keeps zeros, constant blocks and the grid itself exactly', () => {
    for (const format of formats) {
      const weight = new Float32Array(2 * 64);
      weight.fill(-0.5, 64, 96);
      const once = dequantizeMatrix(quantizeMatrix(weight, 2, 64, format));
      expect([...once.subarray(0, 64)]).toEqual(new Array<number>(64).fill(0));
      once.subarray(64, 96).forEach((value) => expect(value).toBeCloseTo(-0.5, 6));
    }
  });

  it('lays out 4-bit values low nibble first, padded to whole blocks with the zero point', () => {
    const weight = Float32Array.from([-8, 7, 1, 0, 3]);
    const { packed, scales } = quantizeMatrix(weight, 1, 5, { bits: 4, blockSize: 16, symmetric: true });
    expect([...scales]).toEqual([1]);
    expect([...packed]).toEqual([0xf0, 0x89, 0x8b, 0x88, 0x88, 0x88, 0x88, 0x88]);
  });

  it('refuses a weight that is not as large as it claims', () => {
    const format = { bits: 8, blockSize: 32, symmetric: true } as const;
    expect(() => quantizeMatrix(new Float32Array(5), 2, 3, format)).toThrow('2 × 3');
  });
});
