/**
 * Seeded random numbers: xoshiro128** (Blackman & Vigna 2018, period 2^128 − 1) on 32-bit words.
 *
 * The state is a 128-bit hash of the seed's text, so seeds 1, 2, 3 give unrelated streams. `split(label)` hashes
 * `seed/label`: the child depends on the seed and the label only, never on how many numbers were drawn before.
 * Same seed, same numbers, on every machine, except that `normal` uses `Math.log` and `Math.cos`, whose last bit may differ
 * between engines. Not for secrets.
 */
export class SeededRandom {
  readonly #seed: string;
  readonly #state: Uint32Array;
  #spareNormal: number | null = null;

  constructor(seed: number | string) {
    this.#seed = String(seed);
    this.#state = hash128(this.#seed);
  }

  split(label: number | string): SeededRandom {
    return new SeededRandom(`${this.#seed}/${label}`);
  }

  /** Uniform on the integers 0 … 2^32 − 1. */
  uint32(): number {
    return nextWord(this.#state);
  }

  /** Uniform on [0, 1) in steps of 2^-53. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** Uniform on 0 … `bound` − 1 without modulo bias; 1 ≤ `bound` ≤ 2^32. */
  integer(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32) {
      throw new RangeError(`bound must be a whole number from 1 to 2^32, is ${bound}`);
    }
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let draw = this.uint32();
    while (draw >= limit) draw = this.uint32();
    return draw % bound;
  }

  /** Standard normal, by Box and Muller's transform. */
  normal(): number {
    if (this.#spareNormal !== null) {
      const spare = this.#spareNormal;
      this.#spareNormal = null;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** Index drawn with probability proportional to its weight (non-negative, not all zero). */
  weighted(weights: ArrayLike<number>): number {
    let total = 0;
    for (let i = 0; i < weights.length; i++) total += weights[i];
    if (!(total > 0)) throw new RangeError('weights must sum to more than zero');
    let rest = this.uniform() * total;
    let last = 0;
    for (let i = 0; i < weights.length; i++) {
      if (weights[i] <= 0) continue;
      last = i;
      rest -= weights[i];
      if (rest < 0) return i;
    }
    return last;
  }

  /** Fisher–Yates, in place; returns the same array. */
  shuffle<T extends { length: number; [index: number]: number } | unknown[]>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const item = items[i];
      items[i] = items[j];
      items[j] = item;
    }
    return items;
  }
}

/** One step of xoshiro128**: advances the four words of state and returns 32 bits. */
export function nextWord(s: Uint32Array): number {
  const result = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0;
  const t = s[1] << 9;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotateLeft(s[3], 11);
  return result;
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** Four 32-bit FNV-1a hashes of the UTF-16 units, each from its own start, finished by MurmurHash3's mixer. */
function hash128(text: string): Uint32Array {
  return Uint32Array.from([0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35], (start, word) => {
    let h = start;
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    h ^= text.length + word;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return (h ^ (h >>> 16)) >>> 0;
  });
}
