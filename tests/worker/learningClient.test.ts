import { afterEach, describe, expect, it } from 'vitest';
import { connectLearning, type LearningConnection, type PanelRequest } from '../../src/worker/index.ts';
import { portWorkers } from './portWorker.ts';
import { type Disk, lastStep, scriptedLearningHost } from './scriptedLearningHost.ts';

const timing = { helloLimitMs: 500, pingIntervalMs: 20, silentIntervals: 3, abortGraceMs: 100 };
const open: LearningConnection[] = [];

function connection() {
  const disk: Disk = { step: 0, setUps: [], asked: [] };
  const { spawn, lives } = portWorkers((life, powers) => scriptedLearningHost(disk, life, powers));
  const learning = connectLearning({ spawn, timing, models: 'http://localhost/models/' });
  open.push(learning);
  return { learning, disk, lives };
}

const request = (name: string): PanelRequest => ({
  name,
  origin: { kind: 'synthetic', people: 10, seed: 1 },
  split: { seed: 1, testShare: 0.25 },
});

afterEach(() => open.splice(0).forEach((learning) => learning.close()));

describe('connectLearning', () => {
  it('begins a worker with the first call only', async () => {
    const { learning, lives } = connection();
    expect(lives()).toBe(0);
    await learning.addPanel(request('a'));
    expect(lives()).toBe(1);
  });

  it('trains on through any number of dead workers while each gets on', async () => {
    const { learning, disk, lives } = connection();
    const steps: number[] = [];
    const ended = await learning.trainRun('die', (event) => {
      if (event.kind === 'kept') steps.push(event.step);
    });
    expect(ended).toMatchObject({ phase: 'finished', step: lastStep });
    expect(steps).toEqual([1, 2, 3, 4, 5, 6]);
    expect(lives()).toBe(lastStep + 1);
    expect(disk.asked.map(({ isAgain }) => isAgain)).toEqual([false, true, true, true, true, true, true]);
    expect(learning.status.phase).toBe('recovered');
  });

  it('gives up a run that kills every worker before it gets on', async () => {
    const { learning, lives } = connection();
    const refused = learning.trainRun('die-unkept', () => undefined);
    await expect(refused).rejects.toMatchObject({ code: 'worker-died' });
    expect(lives()).toBeLessThanOrEqual(3);
    expect(await learning.trainRun('ok', () => undefined)).toMatchObject({ step: lastStep });
  });

  it('trains on the processor when the device is lost twice', async () => {
    const { learning, disk } = connection();
    expect(await learning.trainRun('lose', () => undefined)).toMatchObject({ phase: 'finished' });
    expect(disk.setUps.map(({ preference }) => preference)).toEqual(['auto', 'auto', 'wasm']);
  });

  it('gives the panels of this visit, as they are called now, to the next worker', async () => {
    const { learning, disk } = connection();
    const kept = await learning.addPanel(request('kept'));
    const deleted = await learning.addPanel(request('deleted'));
    await learning.renamePanel(kept.id, 'renamed');
    await learning.deletePanel(deleted.id);
    disk.step = lastStep - 1;
    await learning.trainRun('die', () => undefined);
    expect(disk.setUps.map(({ panels }) => panels.map(({ name }) => name))).toEqual([[], ['renamed']]);
  });
});
