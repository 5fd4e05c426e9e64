import { describe, expect, it } from 'vitest';
import {
  tryDevice,
  type ChosenDevice,
  type DeviceAttempt,
  type DeviceCandidate,
  type OpenedDevice,
} from '../../src/lm/index.ts';
import { knownAnswers } from '../../src/onnx/index.ts';
import { nodeRuntime } from '../fixtures/nodeDecoder.ts';

const cases = knownAnswers();
const processor: OpenedDevice = { runtime: nodeRuntime, name: 'processor', hasF16: false };
const candidate = (label: string, opened: OpenedDevice | string | Error): DeviceCandidate => ({
  label,
  device: 'wasm',
  identity: () => Promise.resolve(label),
  open: () => (opened instanceof Error ? Promise.reject(opened) : Promise.resolve(opened)),
});

/** Tries one after the other, as the app does in a worker each. */
async function firstUsable(
  candidates: readonly DeviceCandidate[],
  options?: { patienceMs: number },
): Promise<ChosenDevice> {
  let earlier: readonly DeviceAttempt[] = [];
  for (const each of candidates) {
    const tried = await tryDevice(each, cases, earlier, options);
    if ('runtime' in tried) return tried;
    earlier = tried;
  }
  throw new Error('none is usable');
}

/** A runtime whose outputs are changed on their way out, as a broken driver's are. */
function broken(change: (values: Float32Array) => void): OpenedDevice {
  const { InferenceSession } = nodeRuntime.ort;
  const create = async (model: Uint8Array, options: object) => {
    const session = await InferenceSession.create(model, options);
    const run = async (feeds: Parameters<typeof session.run>[0], fetches: string[]) => {
      const outputs = await session.run(feeds, fetches);
      change(outputs.hidden_states.data as Float32Array);
      return outputs;
    };
    return { run, release: () => session.release() };
  };
  const ort = { ...nodeRuntime.ort, InferenceSession: { create } } as unknown as typeof nodeRuntime.ort;
  return { ...processor, runtime: { ...nodeRuntime, ort } };
}

/** A runtime whose sessions do nothing but what the script says. */
function scripted({
  create,
  run,
}: {
  create?: () => Promise<never>;
  run?: () => Promise<never>;
}): OpenedDevice {
  const session = { run, release: () => Promise.resolve() };
  const InferenceSession = { create: create ?? (() => Promise.resolve(session)) };
  const ort = { ...nodeRuntime.ort, InferenceSession } as unknown as typeof nodeRuntime.ort;
  return { ...processor, runtime: { ...nodeRuntime, ort } };
}

describe('choice of device', () => {
  it('takes the first device that gives the known answers', async () => {
    const chosen = await firstUsable([candidate('one', processor), candidate('two', processor)]);
    expect(chosen.attempts).toEqual([
      { device: 'one', isUsable: true, reason: 'gave the known answer of every test', hasRun: true },
    ]);
    expect(chosen.reason).toContain('one');
  });

  it('passes over devices that are absent, broken or wrong, and says why each one was', async () => {
    const chosen = await firstUsable([
      candidate('absent', 'this browser has no WebGPU'),
      candidate('failing', new Error('out of memory')),
      candidate(
        'silently wrong',
        broken((values) => (values[45 * 64] += 0.01)),
      ),
      candidate(
        'all zero',
        broken((values) => values.fill(0)),
      ),
      candidate(
        'not a number',
        broken((values) => values.fill(NaN)),
      ),
      candidate('right', processor),
    ]);
    expect(chosen.attempts.map(({ device, isUsable, hasRun }) => [device, isUsable, hasRun])).toEqual([
      ['absent', false, false],
      ['failing', false, false],
      ['silently wrong', false, true],
      ['all zero', false, true],
      ['not a number', false, true],
      ['right', true, true],
    ]);
    const reasons = chosen.attempts.map(({ reason }) => reason);
    expect(reasons[0]).toBe('this browser has no WebGPU');
    expect(reasons[1]).toBe('out of memory');
    expect(reasons[2]).toContain('wrong by 0.010');
    expect(reasons[4]).toContain('Infinity');
    expect(chosen.reason).toContain('absent could not be used (this browser has no WebGPU)');
  });

  it('takes a device that claims 16 bits by its answer in them, and without them where that is wrong', async () => {
    const claims = { ...processor, hasF16: true };
    expect((await firstUsable([candidate('right', claims)])).hasF16).toBe(true);
    let answers = 0;
    // The known answers in float32 come first.
    const inHalf = broken((values) => {
      if (++answers === cases.length) values.fill(0);
    });
    const chosen = await firstUsable([candidate('wrong', { ...inHalf, hasF16: true })]);
    expect(chosen.hasF16).toBe(false);
    expect(chosen.attempts[0]).toMatchObject({ isUsable: true });
    expect(chosen.attempts[0].reason).toContain('but not in 16 bits');
  });

  it('does not wait for ever for a device that hangs', async () => {
    const hanging = scripted({ run: () => new Promise<never>(() => undefined) });
    const { attempts } = await firstUsable([candidate('hanging', hanging), candidate('right', processor)], {
      patienceMs: 3000,
    });
    expect(attempts.map(({ isUsable }) => isUsable)).toEqual([false, true]);
    expect(attempts[0]).toMatchObject({ reason: 'no answer within 3 seconds', hasRun: true });
  });

  it('does not blame the device for a runtime that could not be fetched', async () => {
    const offline = scripted({ create: () => Promise.reject(new TypeError('Failed to fetch')) });
    expect(await tryDevice(candidate('offline', offline), cases)).toEqual([
      {
        device: 'offline',
        isUsable: false,
        reason: 'onnxruntime did not start: Failed to fetch',
        hasRun: false,
      },
    ]);
  });
});
