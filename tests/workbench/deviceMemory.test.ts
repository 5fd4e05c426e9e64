import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import type { DeviceCandidate, OpenedDevice } from '../../src/lm/index.ts';
import { CareersDatabase } from '../../src/storage/schema.ts';
import { WeightsDatabase } from '../../src/weights/index.ts';
import { Store } from '../../src/storage/index.ts';
import type { DevicePreference } from '../../src/worker/index.ts';
import { type DeviceAttempt, tryNextDevice } from '../../src/workbench/languageModels/deviceAttempt.ts';
import { DeviceMemory } from '../../src/workbench/languageModels/deviceMemory.ts';
import { nodeRuntime } from '../fixtures/nodeDecoder.ts';

let databases = 0;
function freshStore() {
  const name = `devices-${databases++}`;
  const weights = new WeightsDatabase(name);
  return { weights, store: new Store(weights, new CareersDatabase(`${name}-careers`)) };
}

const right: OpenedDevice = { runtime: nodeRuntime, name: 'processor', hasF16: false };

/** A runtime whose sessions begin and then cannot compute, as on a driver with a bug. */
const wrong: OpenedDevice = {
  ...right,
  runtime: {
    ...nodeRuntime,
    ort: {
      ...nodeRuntime.ort,
      InferenceSession: {
        create: () =>
          Promise.resolve({
            run: () => Promise.reject(new Error('bad kernel')),
            release: () => Promise.resolve(),
          }),
      },
    } as unknown as typeof nodeRuntime.ort,
  },
};

/** Candidates that count how often each was opened. */
function machine(gpu: OpenedDevice | string, identity: string | null = 'gpu · one') {
  const opened = { gpu: 0, processor: 0 };
  const candidate = (label: keyof typeof opened, device: OpenedDevice | string): DeviceCandidate => ({
    label,
    device: label === 'gpu' ? 'webgpu' : 'wasm',
    identity: () => Promise.resolve(label === 'gpu' ? identity : 'cores'),
    open() {
      opened[label]++;
      return Promise.resolve(device);
    },
  });
  return { opened, candidates: [candidate('gpu', gpu), candidate('processor', right)] };
}

/** One visit: a worker for each device in turn, until one can be used. */
async function visit(
  store: Store,
  { candidates }: ReturnType<typeof machine>,
  { preference = 'auto', build = 'app-1 browser-1' }: { preference?: DevicePreference; build?: string } = {},
) {
  const memory = new DeviceMemory(store, build);
  let attempts: readonly DeviceAttempt[] = [];
  for (;;) {
    const tried = await tryNextDevice({ preference, attempts, memory, candidates }, () => undefined);
    if ('device' in tried) return tried.device;
    if (tried.isLast) return null;
    ({ attempts } = tried);
  }
}

describe('a device that failed', () => {
  it('is not tried on the next visit, which says when it failed and why', async () => {
    const { store } = freshStore();
    const here = machine(wrong);
    const first = await visit(store, here);
    expect(first?.attempts.map(({ measuredAt }) => measuredAt)).toEqual([undefined, undefined]);
    const second = await visit(store, here);
    expect(here.opened).toEqual({ gpu: 1, processor: 2 });
    expect(second?.name).toBe('processor');
    expect(second?.reason).toContain('gpu could not be used');
    expect(second?.attempts[0]).toMatchObject({ device: 'gpu', isUsable: false });
    expect(second?.attempts[0].reason).toContain('bad kernel');
    expect(Math.abs(Date.now() - (second?.attempts[0].measuredAt ?? 0))).toBeLessThan(600_000);
  });

  it('is tried again where the person asks for it, and once everything is forgotten', async () => {
    const { store } = freshStore();
    const here = machine(wrong);
    await visit(store, here);
    await visit(store, here, { preference: 'webgpu' });
    expect(here.opened.gpu).toBe(2);
    await store.forgetMeasurements();
    await visit(store, here);
    expect(here.opened.gpu).toBe(3);
  });

  it('is tried again by another build or browser, and says nothing about another device', async () => {
    const { store } = freshStore();
    const here = machine(wrong);
    await visit(store, here);
    await visit(store, here, { build: 'app-2 browser-1' });
    expect(here.opened.gpu).toBe(2);
    const mended = machine(right, 'gpu · two');
    expect((await visit(store, mended))?.device).toBe('webgpu');
  });

  it('is not remembered where it could not even be opened', async () => {
    const { store } = freshStore();
    const absent = machine('the browser offers no graphics device');
    await visit(store, absent);
    await visit(store, absent);
    expect(absent.opened.gpu).toBe(2);
  });

  it('costs the next visit its time again, and nothing else, where nothing can be stored', async () => {
    const { store, weights } = freshStore();
    weights.measurements.hook('creating', () => {
      throw new DOMException('full', 'QuotaExceededError');
    });
    const here = machine(wrong);
    expect((await visit(store, here))?.name).toBe('processor');
    expect((await visit(store, here))?.name).toBe('processor');
    expect(here.opened.gpu).toBe(2);
  });

  it('is tried on every visit where there is no other', async () => {
    const { store } = freshStore();
    const here = machine(wrong);
    const alone = { ...here, candidates: here.candidates.slice(0, 1) };
    expect(await visit(store, alone)).toBeNull();
    expect(await visit(store, alone)).toBeNull();
    expect(here.opened.gpu).toBe(2);
  });
});
