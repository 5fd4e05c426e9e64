import { describe, expect, it } from 'vitest';
import { LatestWins } from '../../src/worker/latestWins.ts';

/** A run that ends when it is told to. */
function controlled() {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { run: () => ended, end: () => end() };
}

describe('LatestWins', () => {
  it('runs the first at once and of those that wait the last', async () => {
    const edits = new LatestWins();
    const log: number[] = [];
    const first = controlled();
    const running = edits.run(first.run);
    const waiting = [1, 2, 3].map((edit) => edits.run(() => Promise.resolve(log.push(edit))));
    const outcomes = Promise.allSettled(waiting);
    first.end();
    await running;
    expect((await outcomes).map((outcome) => outcome.status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect(log).toEqual([3]);
  });

  it('gives the turn to the one that waits also after a failure', async () => {
    const edits = new LatestWins();
    const failing = edits.run(() => Promise.reject(new Error('no')));
    const waiting = edits.run(() => Promise.resolve('yes'));
    await expect(failing).rejects.toThrow('no');
    expect(await waiting).toBe('yes');
  });

  it('lets one that waits turn away at once, and does not run it', async () => {
    const edits = new LatestWins();
    const first = controlled();
    const running = edits.run(first.run);
    const controller = new AbortController();
    let hasRun = false;
    const waiting = edits.run(() => Promise.resolve((hasRun = true)), controller.signal);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    first.end();
    await running;
    expect(await edits.run(() => Promise.resolve('next'))).toBe('next');
    expect(hasRun).toBe(false);
  });

  it('never runs two at once, also when one comes just as another ends', async () => {
    const edits = new LatestWins();
    let running = 0;
    let most = 0;
    const run = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running--;
    };
    /** Asks again in the very moment in which a run ends, before and after the one that waits goes on. */
    const chain = async (links: number): Promise<void> => {
      if (links === 0) return;
      const call = edits.run(async () => {
        await run();
        void chain(links - 1);
      });
      await call.catch(() => undefined);
      await chain(links - 1);
    };
    await Promise.all([chain(5), chain(5), chain(5)]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(most).toBe(1);
  });
});
