import { describe, expect, it } from 'vitest';
import { LatestOnly, superseded } from '../../src/ui/state/latestOnly.ts';

describe('latest only', () => {
  it('runs the first and the last of a burst, and never two at once', async () => {
    const turns = new LatestOnly<number>();
    const started: number[] = [];
    let running = 0;
    const task = (n: number) => async () => {
      expect(++running).toBe(1);
      started.push(n);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      return n;
    };
    const outcomes = await Promise.all([1, 2, 3, 4].map((n) => turns.run(task(n))));
    expect(started).toEqual([1, 4]);
    expect(outcomes).toEqual([1, superseded, superseded, 4]);
  });

  it('goes on after a failure, which its caller gets', async () => {
    const turns = new LatestOnly<number>();
    await expect(turns.run(() => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
    await expect(turns.run(() => Promise.resolve(2))).resolves.toBe(2);
  });
});
