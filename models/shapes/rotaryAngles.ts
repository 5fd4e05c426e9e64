import type { RopeScaling } from './shapes.ts';

/** How vectors of one kind of layer turn with their position. */
export interface Rotation {
  readonly contextLength: number;
  readonly headSize: number;
  readonly theta: number;
  readonly scaling?: RopeScaling | undefined;
  /** How often each angle stands in a row: twice where both halves of a head are multiplied at once. */
  readonly repeats?: 1 | 2;
}

/** Cosine or sine of every position, `[contextLength, repeats · headSize / 2]`. */
export function rotaryAngles(part: 'cos' | 'sin', rotation: Rotation): Float32Array {
  const { contextLength, headSize, theta, scaling, repeats = 1 } = rotation;
  const half = headSize / 2;
  const width = repeats * half;
  const table = new Float32Array(contextLength * width);
  for (let i = 0; i < half; i++) {
    const unscaled = theta ** ((-2 * i) / headSize);
    const frequency = scaling === undefined ? unscaled : scaledFrequency(unscaled, scaling);
    for (let position = 0; position < contextLength; position++)
      for (let at = i; at < width; at += half)
        table[position * width + at] = Math[part](position * frequency);
  }
  return table;
}

/** Radians a position of Llama 3, whose tables of angles hold the scaling already. */
function scaledFrequency(frequency: number, scaling: RopeScaling): number {
  const { factor, lowFrequency, highFrequency, originalContext } = scaling;
  const turns = (originalContext * frequency) / (2 * Math.PI);
  if (turns > highFrequency) return frequency;
  if (turns < lowFrequency) return frequency / factor;
  const share = (turns - lowFrequency) / (highFrequency - lowFrequency);
  return ((1 - share) * frequency) / factor + share * frequency;
}
