import { describe, expect, it } from 'vitest';
import { fromFloat16, toFloat16 } from '../../src/onnx/float16.ts';

describe('float16', () => {
  it('restores every half-precision number exactly', () => {
    const bits = Uint16Array.from({ length: 65_536 }, (_, index) => index);
    const back = toFloat16(fromFloat16(bits));
    for (const bit of bits) {
      const isNan = (bit & 0x7c00) === 0x7c00 && (bit & 0x3ff) !== 0;
      if (isNan) expect((back[bit] & 0x7c00) === 0x7c00 && (back[bit] & 0x3ff) !== 0).toBe(true);
      else expect(back[bit]).toBe(bit);
    }
  });

  it.each([
    ['a tie goes to the even neighbour', 1 + 2 ** -11, 0x3c00],
    ['above a tie goes up', 1 + 2 ** -11 + 2 ** -20, 0x3c01],
    ['an odd tie goes up', 1 + 3 * 2 ** -11, 0x3c02],
    ['the largest', 65_519, 0x7bff],
    ['too large', 65_520, 0x7c00],
    ['the smallest', 2 ** -24, 0x0001],
    ['a tie with zero', 2 ** -25, 0x0000],
    ['just above it', 2 ** -25 * 1.5, 0x0001],
    ['negative zero', -0, 0x8000],
    ['a subnormal that carries into the normals', 2 ** -14 - 2 ** -26, 0x0400],
  ])('rounds to nearest: %s', (_, value, bits) => {
    expect(toFloat16(Float32Array.of(value))[0]).toBe(bits);
  });
});
