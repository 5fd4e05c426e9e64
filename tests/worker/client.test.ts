import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/platform/index.ts';
import type { OnwardConnection, WorkerStatus } from '../../src/worker/contract.ts';
import { connect } from '../../src/worker/client.ts';
import { portWorkers } from './portWorker.ts';
import { request } from './scriptedHost.ts';

const timing = { helloLimitMs: 500, pingIntervalMs: 20, silentIntervals: 3, abortGraceMs: 100 };
const open: OnwardConnection[] = [];

function connection(models = 'http://localhost/models/') {
  const workers = portWorkers();
  const worker = connect({ spawn: workers.spawn, timing, models });
  const statuses: WorkerStatus[] = [];
  worker.onStatus((status) => statuses.push(status));
  open.push(worker);
  return { worker, statuses, lives: workers.lives };
}

async function started(preference: 'auto' | 'wasm' | 'webgpu' = 'auto') {
  const made = connection();
  await made.worker.start(preference, () => undefined);
  return made;
}

afterEach(() => open.splice(0).forEach((worker) => worker.close()));

describe('connect', () => {
  it('answers, reports progress, and carries an AppError with code and data', async () => {
    const { worker } = connection();
    const fractions: number[] = [];
    const report = await worker.start('wasm', (progress) => fractions.push(progress.fraction));
    expect(report.device.device).toBe('wasm');
    expect(fractions).toEqual([0.2, 0.8, 1]);
    expect((await worker.predict(request('answer'))).codes).toEqual(['1', 'wasm']);
    const full = worker.tokenize(request('full').history, request('full').next);
    await expect(full).rejects.toBeInstanceOf(AppError);
    await expect(full).rejects.toMatchObject({
      code: 'quota',
      message: 'full',
      data: { usage: 1, quota: 2.5, isPersisted: true, what: 'weights' },
    });
  });

  it('turns any other failure in the worker into AppError internal', async () => {
    const { worker } = await started();
    const failed = worker.predict(request('nonsense'));
    await expect(failed).rejects.toMatchObject({
      code: 'internal',
      message: 'TypeError: no script nonsense',
    });
  });

  it('turns an argument that cannot be cloned into AppError internal', async () => {
    const { worker } = connection();
    const history = Object.assign({ ...request('').history }, { extra: () => undefined });
    await expect(worker.saveCareer({ name: '', history, next: null })).rejects.toMatchObject({
      code: 'internal',
    });
  });

  it('rejects a prediction before any start instead of waiting for one', async () => {
    await expect(connection().worker.predict(request('answer'))).rejects.toMatchObject({ code: 'bad-input' });
  });

  it('saves careers without a model', async () => {
    const { worker } = connection();
    const saved = await worker.saveCareer({ name: 'n', history: request('').history, next: null });
    expect(saved.name).toBe('n');
  });
});

describe('a worker that dies', () => {
  it.each(['die 1', 'crash 1'])(
    'is replaced, the model loaded again and the call answered (%s)',
    async (script) => {
      const { worker, statuses } = await started('wasm');
      expect((await worker.predict(request(script))).codes).toEqual(['2', 'wasm']);
      const phases = statuses.map((status) => status.phase);
      expect([phases[0], phases.at(-1)]).toEqual(['restarting', 'recovered']);
      expect(statuses[0]).toMatchObject({ waitingCalls: 1 });
      expect(worker.status.phase).toBe('recovered');
    },
  );

  it('rejects a call that kills every worker, within bounded time, and goes on for others', async () => {
    const { worker, lives } = await started();
    const before = performance.now();
    await expect(worker.predict(request('crash'))).rejects.toMatchObject({ code: 'worker-died' });
    expect(performance.now() - before).toBeLessThan(1000);
    expect((await worker.predict(request('answer'))).codes).toEqual([String(lives()), 'auto']);
    expect(lives()).toBe(3);
  });

  it('finishes a long scoring in the next worker, with progress that never goes back', async () => {
    const { worker } = await started();
    const done: number[] = [];
    const histories = ['answer', 'answer', 'crash 1', 'answer'].map((script) => request(script).history);
    const scores = await worker.scoreCareers(histories, (count) => done.push(count));
    expect(scores).toHaveLength(4);
    expect(done).toEqual([1, 2, 3, 4]);
  });

  it('gives up after restarts in a row that all fail, and begins anew with the next call', async () => {
    let isBroken = true;
    let spawned = 0;
    const workers = portWorkers();
    const spawn = () => {
      spawned++;
      if (isBroken) throw new DOMException('blocked', 'SecurityError');
      return workers.spawn();
    };
    const worker = connect({ spawn, timing, models: 'http://localhost/models/' });
    open.push(worker);
    await expect(worker.start('auto', () => undefined)).rejects.toMatchObject({ code: 'worker-died' });
    expect(worker.status.phase).toBe('failed');
    expect(spawned).toBeLessThanOrEqual(4);
    isBroken = false;
    await worker.start('auto', () => undefined);
    expect((await worker.predict(request('answer'))).codes).toEqual(['1', 'auto']);
  });

  it('is found by its silence', async () => {
    const { worker } = await started();
    const before = performance.now();
    expect((await worker.predict(request('block 1'))).codes[0]).toBe('2');
    expect(performance.now() - before).toBeGreaterThan(60);
  });

  it('is not taken for dead while it works and answers pings', async () => {
    const { worker, lives } = await started();
    const controller = new AbortController();
    const waits = worker.predict(request('wait'), controller.signal);
    waits.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(lives()).toBe(1);
    controller.abort();
    await expect(waits).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('a lost device', () => {
  it('is answered by a new worker on the same device', async () => {
    const { worker } = await started('auto');
    expect((await worker.predict(request('lose 1'))).codes).toEqual(['2', 'auto']);
  });

  it('lost twice is answered by the processor', async () => {
    const { worker } = await started('auto');
    expect((await worker.predict(request('lose 2'))).codes).toEqual(['3', 'wasm']);
  });

  it('stays the device that the person asked for', async () => {
    const { worker } = await started('webgpu');
    expect((await worker.predict(request('lose 2'))).codes).toEqual(['3', 'webgpu']);
  });

  it('is an error in the end, never a silence', async () => {
    const { worker } = await started('auto');
    await expect(worker.predict(request('lose'))).rejects.toMatchObject({ code: 'device-lost' });
    expect((await worker.predict(request('answer'))).codes[0]).toBe('4');
  });
});

describe('abort', () => {
  it('rejects at once, and the worker stops', async () => {
    const { worker, lives } = await started();
    const controller = new AbortController();
    const waits = worker.scoreCareers([request('wait').history], () => undefined, controller.signal);
    setTimeout(() => controller.abort(), 20);
    await expect(waits).rejects.toMatchObject({ code: 'aborted' });
    expect((await worker.predict(request('answer'))).codes[0]).toBe('1');
    expect(lives()).toBe(1);
  });

  it('ends a worker that does not stop; the next call is answered by a new one', async () => {
    const { worker, statuses } = await started();
    const controller = new AbortController();
    const before = performance.now();
    const ignores = worker.predict(request('ignore'), controller.signal);
    setTimeout(() => controller.abort(), 20);
    await expect(ignores).rejects.toMatchObject({ code: 'aborted' });
    expect(performance.now() - before).toBeLessThan(90);
    expect((await worker.predict(request('answer'))).codes).toEqual(['2', 'auto']);
    expect(statuses.map((status) => status.phase)).toContain('restarting');
  });

  it('rejects a call whose signal was set before', async () => {
    const { worker } = await started();
    const call = worker.tokenize(request('answer').history, request('answer').next, AbortSignal.abort());
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
  });

  it('rejects what waits when the page lets go, and every later call', async () => {
    const { worker } = await started();
    const waits = worker.tokenize(request('wait').history, request('wait').next);
    setTimeout(() => worker.close(), 20);
    await expect(waits).rejects.toMatchObject({ code: 'aborted' });
    await expect(worker.deleteEverything()).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe('start', () => {
  it('again replaces what runs; a call to the old model rejects as aborted', async () => {
    const { worker } = await started('webgpu');
    const waits = worker.tokenize(request('wait').history, request('wait').next);
    const aborted = expect(waits).rejects.toMatchObject({ code: 'aborted' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    await worker.start('wasm', () => undefined);
    await aborted;
    expect((await worker.predict(request('answer'))).codes).toEqual(['2', 'wasm']);
  });

  it('twice at once: the later one wins', async () => {
    const { worker } = connection();
    const first = worker.start('webgpu', () => undefined);
    const aborted = expect(first).rejects.toMatchObject({ code: 'aborted' });
    await worker.start('wasm', () => undefined);
    await aborted;
    expect((await worker.predict(request('answer'))).codes[1]).toBe('wasm');
  });
});

describe('a device that gives wrong answers', () => {
  it('is followed by the next one, in a new worker; a restart does not ask it again', async () => {
    const { worker, statuses, lives } = connection('http://localhost/no-gpu/');
    await worker.start('auto', () => undefined);
    expect(lives()).toBe(3);
    expect(statuses).toEqual([]);
    expect((await worker.predict(request('crash 3'))).codes).toEqual(['4', 'auto']);
  });

  it('is an error that names every device and its reason where none is left', async () => {
    const { worker } = connection('http://localhost/no-gpu/');
    await expect(worker.start('webgpu', () => undefined)).rejects.toMatchObject({
      code: 'unsupported',
      data: { reasons: 'gpu 0: wrong in life 1; gpu 1: wrong in life 2' },
    });
    await worker.start('wasm', () => undefined);
    expect((await worker.predict(request('answer'))).codes[1]).toBe('wasm');
  });
});

describe('predict', () => {
  it('runs one at a time; of those that wait only the latest runs', async () => {
    const { worker } = await started();
    const edits = [1, 2, 3, 4, 5].map(() => worker.predict(request('slow')));
    const outcomes = await Promise.allSettled(edits);
    expect(outcomes.map((outcome) => outcome.status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
      'fulfilled',
    ]);
    const superseded = outcomes[2];
    expect(superseded?.status === 'rejected' && superseded.reason).toMatchObject({
      code: 'aborted',
      data: { superseded: true },
    });
  });

  it('waits for the worker even when the edit before it was aborted', async () => {
    const { worker } = await started();
    const controller = new AbortController();
    const before = performance.now();
    const first = worker.predict(request('slow'), controller.signal);
    const aborted = expect(first).rejects.toMatchObject({ code: 'aborted' });
    setTimeout(() => controller.abort(), 10);
    await aborted;
    expect(performance.now() - before).toBeLessThan(50);
    await worker.predict(request('answer'));
    expect(performance.now() - before).toBeGreaterThan(55);
  });
});
