import { describe, expect, it } from 'vitest';
import { AppError, isAbort, throwIfAborted, withAbort } from '../../src/platform/index.ts';

const never = new Promise<never>(() => undefined);

describe('abort', () => {
  it('passes a result and a failure through', async () => {
    const { signal } = new AbortController();
    await expect(withAbort(Promise.resolve(4), signal)).resolves.toBe(4);
    await expect(withAbort(Promise.resolve(4), undefined)).resolves.toBe(4);
    await expect(withAbort(Promise.reject(new AppError('quota', 'full')), signal)).rejects.toMatchObject({
      code: 'quota',
    });
  });

  it('rejects at once when the signal comes, before or during the wait', async () => {
    const controller = new AbortController();
    const waiting = withAbort(never, controller.signal);
    controller.abort('user');
    await expect(waiting).rejects.toMatchObject({ code: 'aborted', cause: 'user' });
    await expect(withAbort(never, controller.signal)).rejects.toMatchObject({ code: 'aborted' });
  });

  it('swallows a failure that comes after the abort', async () => {
    const controller = new AbortController();
    let fail = (_: Error): void => undefined;
    const waiting = withAbort(new Promise((_, reject) => (fail = reject)), controller.signal);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    // An unhandled rejection would fail this test run.
    fail(new Error('late'));
    await new Promise((resolve) => setTimeout(resolve, 0));
  });

  it('throws between units of work, and is recognised', () => {
    const controller = new AbortController();
    expect(() => throwIfAborted(controller.signal)).not.toThrow();
    controller.abort();
    try {
      throwIfAborted(controller.signal);
      expect.unreachable();
    } catch (error) {
      expect(isAbort(error)).toBe(true);
    }
    expect(isAbort(new AppError('quota', 'full'))).toBe(false);
    expect(isAbort(new Error('aborted'))).toBe(false);
  });
});
