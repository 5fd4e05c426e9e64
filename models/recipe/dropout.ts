/** Generator of dropout masks: fast, and a function of seed and step only, so that a resumed run draws the same. */

/** Fills a mask with 0 (probability `rate`) and 1 / (1 − rate), from a 32-bit xorshift stream. Returns the stream's state. */
export function fillMask(mask: Float32Array, rate: number, state: number): number {
  const threshold = Math.round(rate * 2 ** 32) | 0;
  const kept = 1 / (1 - rate);
  // Signed comparison after flipping the sign bit is the unsigned one, without leaving 32-bit integers.
  const flipped = threshold ^ 0x80000000;
  let s = state | 0 || 1;
  for (let i = 0; i < mask.length; i++) {
    s ^= s << 13;
    s ^= s >>> 17;
    s ^= s << 5;
    mask[i] = (s ^ 0x80000000) < flipped ? 0 : kept;
  }
  return s;
}
