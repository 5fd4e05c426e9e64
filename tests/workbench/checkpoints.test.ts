import { describe, expect, it } from 'vitest';
import { isSameFingerprint } from '../../src/workbench/runs/checkpoints.ts';

describe('a fingerprint', () => {
  const people = ['a', 'b'];
  const written = JSON.stringify([
    'head',
    { rank: 2, alpha: 4, optimizer: { beta1: 0.9, beta2: 0.98 } },
    people,
  ]);

  it('is of the values, not of their order', () => {
    const other = JSON.stringify([
      'head',
      { optimizer: { beta2: 0.98, beta1: 0.9 }, alpha: 4, rank: 2 },
      people,
    ]);
    expect(other).not.toBe(written);
    expect(isSameFingerprint(written, other)).toBe(true);
  });

  it.each([
    ['a setting', ['head', { rank: 3, alpha: 4, optimizer: { beta1: 0.9, beta2: 0.98 } }, people]],
    ['the people', ['head', { rank: 2, alpha: 4, optimizer: { beta1: 0.9, beta2: 0.98 } }, ['b', 'a']]],
    ['the kind', ['lora', { rank: 2, alpha: 4, optimizer: { beta1: 0.9, beta2: 0.98 } }, people]],
  ])('is another one where %s is another', (_, values) => {
    expect(isSameFingerprint(written, JSON.stringify(values))).toBe(false);
  });

  it('that is no JSON is compared as it is', () => {
    expect(isSameFingerprint('of a build', 'of a build')).toBe(true);
    expect(isSameFingerprint('of a build', 'of another')).toBe(false);
  });
});
