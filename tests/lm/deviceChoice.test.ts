import { describe, expect, it } from 'vitest';
import { chooseDevice, type DeviceCandidate, type OpenedDevice } from '../../src/lm/index.ts';
import { knownAnswers } from '../../src/onnx/index.ts';
import { nodeRuntime } from '../fixtures/nodeDecoder.ts';

const cases = knownAnswers();
const processor: OpenedDevice = { runtime: nodeRuntime, name: 'processor', hasF16: false };
const candidate = (label: string, opened: OpenedDevice | string | Error): DeviceCandidate => ({
  label,
  device: 'wasm',
  open: () => (opened instanceof Error ? Promise.reject(opened) : Promise.resolve(opened)),
});

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

describe('choice of device', () => {
  it('takes the first device that gives the known answers', async () => {
    const chosen = await chooseDevice([candidate('one', processor), candidate('two', processor)], cases);
    expect(chosen.attempts).toEqual([
      { device: 'one', isUsable: true, reason: 'gave the known answer of every test' },
    ]);
    expect(chosen.reason).toContain('one');
  });

  it('passes over devices that are absent, broken or wrong, and says why each one was', async () => {
    const chosen = await chooseDevice(
      [
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
      ],
      cases,
    );
    expect(chosen.attempts.map(({ device, isUsable }) => [device, isUsable])).toEqual([
      ['absent', false],
      ['failing', false],
      ['silently wrong', false],
      ['all zero', false],
      ['not a number', false],
      ['right', true],
    ]);
    const reasons = chosen.attempts.map(({ reason }) => reason);
    expect(reasons[0]).toBe('this browser has no WebGPU');
    expect(reasons[1]).toBe('out of memory');
    expect(reasons[2]).toContain('wrong by 0.010');
    expect(reasons[4]).toContain('Infinity');
    expect(chosen.reason).toContain('absent could not be used (this browser has no WebGPU)');
  });

  it('does not wait for ever for a device that hangs', async () => {
    const never = new Promise<never>(() => undefined);
    const ort = {
      ...nodeRuntime.ort,
      InferenceSession: { create: () => never },
    } as unknown as typeof nodeRuntime.ort;
    const hanging = candidate('hanging', { ...processor, runtime: { ...nodeRuntime, ort } });
    const { attempts } = await chooseDevice([hanging, candidate('right', processor)], cases, {
      patienceMs: 3000,
    });
    expect(attempts.map(({ isUsable }) => isUsable)).toEqual([false, true]);
    expect(attempts[0].reason).toBe('no answer within 3 seconds');
  });

  it('says that nothing runs where nothing does', async () => {
    await expect(chooseDevice([candidate('absent', 'no such thing')], cases)).rejects.toMatchObject({
      code: 'unsupported',
      data: { reasons: 'absent: no such thing' },
    });
  });
});
