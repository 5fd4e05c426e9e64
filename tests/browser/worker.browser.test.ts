import { afterEach, describe, expect, it } from 'vitest';
import type { OnwardConnection, WorkerStatus } from '../../src/worker/contract.ts';
import { connect } from '../../src/worker/client.ts';
import { request } from '../worker/scriptedHost.ts';

const open: OnwardConnection[] = [];

/** Real workers that know their life's number. Silence is never the way to find a death here, unless asked for. */
function connection(timing = {}) {
  let lives = 0;
  const spawned: Worker[] = [];
  const spawn = () => {
    const name = String(++lives);
    const worker = new Worker(new URL('./scripted.worker.ts', import.meta.url), { type: 'module', name });
    spawned.push(worker);
    return worker;
  };
  const worker = connect({ spawn, timing });
  const statuses: WorkerStatus[] = [];
  worker.onStatus((status) => statuses.push(status));
  open.push(worker);
  return { worker, statuses, spawned };
}

afterEach(() => open.splice(0).forEach((worker) => worker.close()));

describe('a real worker', () => {
  it('carries AppError with code and data across the thread', async () => {
    const { worker } = connection();
    await worker.start('wasm', () => undefined);
    await expect(worker.predict(request('full'))).rejects.toMatchObject({
      name: 'AppError',
      code: 'quota',
      data: { usage: 1, quota: 2.5, isPersisted: true, what: 'weights' },
    });
  });

  it('that ends without a word mid-call is found in bounded time, and the call answered by the next', async () => {
    const { worker, statuses } = connection();
    await worker.start('wasm', () => undefined);
    const before = performance.now();
    expect((await worker.predict(request('die 1'))).codes).toEqual(['2', 'wasm']);
    expect(performance.now() - before).toBeLessThan(5000);
    const phases = statuses.map((status) => status.phase);
    expect([phases[0], phases.at(-1)]).toEqual(['restarting', 'recovered']);
  });

  it('that is terminated from outside mid-call is found too', async () => {
    const { worker, spawned } = connection();
    await worker.start('wasm', () => undefined);
    const waits = worker.scoreCareers([request('wait 1').history], () => undefined);
    setTimeout(() => spawned[0]?.terminate(), 100);
    expect(await waits).toHaveLength(1);
    expect(spawned).toHaveLength(2);
  });

  it('that dies idle is replaced before anybody asks', async () => {
    const { worker, spawned, statuses } = connection();
    await worker.start('wasm', () => undefined);
    spawned[0]?.terminate();
    await expect.poll(() => statuses.at(-1)?.phase, { timeout: 20_000 }).toBe('recovered');
    expect((await worker.predict(request('answer'))).codes).toEqual(['2', 'wasm']);
  });

  it('that throws where nobody catches is replaced', async () => {
    const { worker } = connection();
    await worker.start('wasm', () => undefined);
    expect((await worker.predict(request('crash 1'))).codes).toEqual(['2', 'wasm']);
  });

  it('that kills itself every time rejects with worker-died in bounded time', async () => {
    const { worker } = connection();
    await worker.start('wasm', () => undefined);
    const before = performance.now();
    await expect(worker.predict(request('die'))).rejects.toMatchObject({ code: 'worker-died' });
    expect(performance.now() - before).toBeLessThan(5000);
    expect((await worker.predict(request('answer'))).codes).toEqual(['3', 'wasm']);
  });

  it('in an endless loop is found by its silence', async () => {
    const { worker } = connection({ pingIntervalMs: 100, silentIntervals: 5 });
    await worker.start('wasm', () => undefined);
    const before = performance.now();
    expect((await worker.predict(request('block 1'))).codes).toEqual(['2', 'wasm']);
    expect(performance.now() - before).toBeLessThan(5000);
  });

  it('in an endless loop: an abort rejects at once and the worker is ended after its grace', async () => {
    const { worker, spawned } = connection({ abortGraceMs: 2000 });
    await worker.start('wasm', () => undefined);
    const controller = new AbortController();
    const blocked = worker.predict(request('block 1'), controller.signal);
    setTimeout(() => controller.abort(), 50);
    const before = performance.now();
    await expect(blocked).rejects.toMatchObject({ code: 'aborted' });
    expect(performance.now() - before).toBeLessThan(1500);
    expect((await worker.predict(request('answer'))).codes).toEqual(['2', 'wasm']);
    expect(spawned).toHaveLength(2);
  });

  it('whose script does not load is a failure with a status, not a silence', async () => {
    const broken = URL.createObjectURL(new Blob(['this is no script'], { type: 'text/javascript' }));
    const worker = connect({ spawn: () => new Worker(broken, { type: 'module' }) });
    open.push(worker);
    await expect(worker.start('auto', () => undefined)).rejects.toMatchObject({ code: 'worker-died' });
    expect(worker.status).toMatchObject({ phase: 'failed' });
  });
});
