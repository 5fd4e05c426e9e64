import 'fake-indexeddb/auto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Wait } from '../../src/hub/index.ts';
import { FakeHub } from '../fixtures/hub/fakeHub.ts';
import type { Fault } from '../fixtures/hub/faults.ts';
import { exportRepository } from '../fixtures/hub/repository.ts';
import { expectSame, freshDevice, visit } from './hubFixtures.ts';

const repository = exportRepository();
const weights = 'onnx/model_q4f16.onnx_data';
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
  it.each<[string, Fault, string | null]>([
    ['a connection that drops', { kind: 'drop', path: weights, afterBytes: 3_000, times: 4 }, null],
    [
      'a connection that drops before the first byte',
      { kind: 'drop', path: weights, afterBytes: 0, times: 3 },
      'unreachable',
    ],
    ['a body that ends early', { kind: 'truncate', path: weights, afterBytes: 3_000, times: 4 }, 'truncated'],
    ['a server that falls silent', { kind: 'silent', path: weights, afterBytes: 3_000, times: 2 }, 'silent'],
    ['a server that is slow', { kind: 'slow', path: weights, bytesPerSecond: 200_000 }, null],
    ['a server without ranges', { kind: 'no-ranges', path: weights }, null],
    ['a server that is busy', { kind: 'status', path: weights, status: 503, times: 2 }, 'busy'],
    ['a server that fails', { kind: 'status', path: weights, status: 500, times: 3 }, 'server'],
    ['a page in place of a part', { kind: 'page', path: weights, times: 2 }, 'page'],
    ['a page in place of a small file', { kind: 'page', path: 'tokenizer.json', times: 2 }, 'page'],
    ['wrong bytes once', { kind: 'wrong-bytes', path: weights, times: 10 }, null],
    ['wrong bytes in a small file once', { kind: 'wrong-bytes', path: 'config.json', times: 1 }, null],
    ['mirrors with other tags', { kind: 'other-tag', path: weights, times: 3 }, null],
  ])('%s', async (_, fault, waitedFor) => {
    const { downloads, installed, row } = await begun();
    hub.faults.set([fault]);
    const waits: Wait[] = [];
    const onWait = (wait: Wait | null) => wait && waits.push(wait);
    await expectSame(installed, await downloads.resume(row.id, { onWait }), repository);
    if (waitedFor !== null) expect(waits.map(({ error }) => error.data.fault)).toContain(waitedFor);
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
  it.each<[string, Fault, string, RegExp]>([
    ['a page that stays', { kind: 'page', path: weights }, 'page', /web page came in place of onnx/],
    [
      'a server that stays away',
      { kind: 'drop', path: weights, afterBytes: 0 },
      'unreachable',
      /connection to the hub broke/,
    ],
    [
      'a server that stays silent',
      { kind: 'silent', path: weights, afterBytes: 0 },
      'silent',
      /sent nothing of onnx/,
    ],
    [
      'a body that always ends early',
      { kind: 'truncate', path: weights, afterBytes: 0 },
      'truncated',
      /ended .* before the end/,
    ],
    [
      'wrong bytes that stay',
      { kind: 'wrong-bytes', path: weights },
      'wrong-bytes',
      /came twice with other content/,
    ],
    [
      'wrong bytes of a small file',
      { kind: 'wrong-bytes', path: 'config.json' },
      'wrong-bytes',
      /config.json came twice/,
    ],
    ['another commit', { kind: 'other-commit', path: 'config.json' }, 'changed', /from commit ffffffff, not/],
    ['another length', { kind: 'shorter', path: weights }, 'changed', /99999 bytes, not 100000/],
    ['a file that is gone', { kind: 'status', path: weights, status: 404 }, 'missing', /has no onnx.*404/],
    ['a server that stays busy', { kind: 'status', path: weights, status: 503 }, 'busy', /too much to do/],
    [
      'a wait that is too long',
      { kind: 'status', path: weights, status: 429, retryAfter: 3600 },
      'busy',
      /wait 3600 seconds/,
    ],
    ['a refusal', { kind: 'status', path: weights, status: 451 }, 'refused', /refused onnx.*451/],
  ])('%s, keeps what is right, and goes on when it is over', async (_, fault, name, message) => {
    const { downloads, installed, row, database } = await begun();
    hub.faults.set([fault]);
    const failure: unknown = await downloads.resume(row.id).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'download-failed', data: { fault: name } });
    expect((failure as Error).message).toMatch(message);
    expect(await installed.list()).toEqual([]);
    hub.faults.set([]);
    await expectSame(installed, await visit(hub, database).resume(row.id), repository);
  });

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
