import { describe, expect, it } from 'vitest';
import { rotaryAngles } from '../../models/shapes/rotaryAngles.ts';

/** Radians from one position to the next, per pair of channels. */
function frequencies(scaling?: Parameters<typeof rotaryAngles>[1]['scaling']): number[] {
  const rotation = { contextLength: 2, headSize: 64, theta: 500_000, scaling };
  return [...rotaryAngles('sin', rotation).subarray(32)].map((sine) => Math.asin(sine));
}

describe('the angles of Llama 3', () => {
  const scaling = { factor: 32, lowFrequency: 1, highFrequency: 4, originalContext: 8192 };
  const plain = frequencies();
  const scaled = frequencies(scaling);
  const share = scaled.map((frequency, channel) => frequency / plain[channel]);
  const turns = plain.map((frequency) => (8192 * frequency) / (2 * Math.PI));

  it('stay where a turn is short, are 32 times slower where it is long, and lie between in the middle', () => {
    const middle = share.filter((_, channel) => turns[channel] >= 1 && turns[channel] <= 4);
    expect(share.filter((_, channel) => turns[channel] > 4).every((part) => part === 1)).toBe(true);
    for (const part of share.filter((_, channel) => turns[channel] < 1)) expect(part).toBeCloseTo(1 / 32, 5);
    expect(middle.length).toBeGreaterThan(1);
    expect(middle.every((part) => part > 1 / 32 && part < 1)).toBe(true);
  });
});
