import 'fake-indexeddb/auto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Wait } from '../../src/hub/index.ts';
import { FakeHub } from '../fixtures/hub/fakeHub.ts';
import { exportRepository } from '../fixtures/hub/repository.ts';
import { lastingFaults, passingFaults, weights } from './faultCases.ts';
import { expectSame, freshDevice, visit } from './hubFixtures.ts';

const repository = exportRepository();
let hub: FakeHub;
beforeAll(async () => {
  hub = await FakeHub.start(repository, exportRepository({ name: 'tests/gated', isGated: true }));
});
afterAll(() => hub.close());
afterEach(() => hub.faults.set([]));

async function begun(name = repository.name) {
  const device = freshDevice(hub);
  const row = await device.downloads.begin(await device.downloads.inspect(name), 'q4f16');
  return { ...device, row };
}

describe('a download gets over', () => {
  it.each(passingFaults)('%s', async (_, fault, waitedFor) => {
    const { downloads, installed, row } = await begun();
    hub.faults.set([fault]);
    const waits: Wait[] = [];
    const onWait = (wait: Wait | null) => wait && waits.push(wait);
    await expectSame(installed, await downloads.resume(row.id, { onWait }), repository);
    if (waitedFor !== null) expect(waits.map(({ error }) => error.data.fault)).toContain(waitedFor);
  });

  it('a description that fails at first', async () => {
    const { downloads } = freshDevice(hub);
    hub.faults.set([{ kind: 'status', path: 'main', status: 503, times: 2 }]);
    expect((await downloads.inspect(repository.name)).commit).toBe(repository.commit);
  });

  it('a busy hub for as long as it asks for', async () => {
    const { downloads, row } = await begun();
    hub.faults.set([{ kind: 'status', path: weights, status: 429, retryAfter: 1, times: 1 }]);
    const waits: number[] = [];
    const started = performance.now();
    await downloads.resume(row.id, { onWait: (wait) => wait && waits.push(wait.seconds) });
    expect(waits).toEqual([1]);
    expect(performance.now() - started).toBeGreaterThan(990);
  });
});

describe('a download names', () => {
  it.each(lastingFaults)(
    '%s, keeps what is right, and goes on when it is over',
    async (_, fault, name, message) => {
      const { downloads, installed, row, database } = await begun();
      hub.faults.set([fault]);
      const failure: unknown = await downloads.resume(row.id).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'download-failed', data: { fault: name } });
      expect((failure as Error).message).toMatch(message);
      expect(await installed.list()).toEqual([]);
      hub.faults.set([]);
      await expectSame(installed, await visit(hub, database).resume(row.id), repository);
    },
  );

  it('a model that is not for everyone, with what to do', async () => {
    const { downloads, row } = await begun('tests/gated');
    await expect(downloads.resume(row.id)).rejects.toMatchObject({
      data: { fault: 'gated', status: 401 },
      message: expect.stringMatching(/accept terms and sign in on the hub/) as string,
    });
  });

  it('a file that was changed on the hub while it came', async () => {
    const { downloads, row } = await begun();
    const changed = exportRepository({ seed: 2 });
    // Its history was rewritten: the same commit describes other files now.
    hub.faults.set([{ kind: 'other-tag', path: weights, times: 1 }]);
    hub.serve({ ...changed, commit: repository.commit });
    const failure = downloads.resume(row.id);
    await expect(failure).rejects.toMatchObject({
      data: { fault: expect.stringMatching(/changed|wrong-bytes/) as string },
    });
    hub.serve(repository);
  });
});
