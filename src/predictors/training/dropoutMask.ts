/** Generator of dropout masks: fast, and a function of seed and step only, so that a resumed run draws the same. */
import type { SeededRandom } from '../../platform/index.ts';
import { float32, type Feed } from './runtime.ts';

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

/** Dropout masks as graph inputs; buffers are reused from step to step. */
export class DropoutMasks {
  readonly #buffers = new Map<string, Float32Array>();

  constructor(private readonly rate: number) {}

  /** A mask of `shape` for every name; none at rate 0, where graphs take none. */
  feeds(names: readonly string[], shape: readonly number[], random: SeededRandom): Record<string, Feed> {
    if (this.rate === 0) return {};
    const size = shape.reduce((product, length) => product * length, 1);
    let stream = random.uint32();
    return Object.fromEntries(
      names.map((name) => {
        const key = `${name} ${size}`;
        const mask = this.#buffers.get(key) ?? new Float32Array(size);
        this.#buffers.set(key, mask);
        stream = fillMask(mask, this.rate, stream);
        return [name, float32(mask, shape)];
      }),
    );
  }
}
