import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FakeHub } from '../fixtures/hub/fakeHub.ts';
import { exportRepository } from '../fixtures/hub/repository.ts';
import { expectSame, freshDevice, visit } from '../hub/hubFixtures.ts';

const repository = exportRepository({ weightBytes: 60_000 });
const paths = ['onnx/model_q4f16.onnx_data', 'onnx/model_q4f16.onnx', 'tokenizer.json', 'config.json'];
let hub: FakeHub;
beforeAll(async () => {
  hub = await FakeHub.start(repository);
});
afterAll(() => hub.close());

const fault = fc.oneof(
  fc.record({ kind: fc.constant('drop'), afterBytes: fc.nat(12_000) }),
  fc.record({ kind: fc.constant('truncate'), afterBytes: fc.nat(12_000) }),
  fc.record({ kind: fc.constant('wrong-bytes') }),
  fc.record({ kind: fc.constant('no-ranges') }),
  fc.record({ kind: fc.constant('page') }),
  fc.record({ kind: fc.constant('other-tag') }),
  fc.record({ kind: fc.constant('status'), status: fc.constantFrom(429, 500, 503, 403) }),
);
const faults = fc.array(fc.tuple(fault, fc.constantFrom(...paths), fc.integer({ min: 1, max: 3 })), {
  maxLength: 5,
});
/** Shares of the whole at which the page is closed. */
const closings = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 });

it('the bar never goes back within a visit, keeps its total, and ends at it with the stored model', async () => {
  await fc.assert(
    fc.asyncProperty(faults, closings, fc.integer({ min: 1, max: 6 }), async (drawn, shares, lanes) => {
      hub.faults.set(drawn.map(([each, path, times]) => ({ ...each, path, times })));
      const { downloads, database, installed } = freshDevice(hub);
      const row = await downloads.begin(await downloads.inspect(repository.name), 'q4f16');
      // Whatever went wrong and however often the page was closed: at the end, one more visit to a good server.
      for (const share of [...shares, null]) {
        if (share === null) hub.faults.set([]);
        const page = visit(hub, database, { lanes });
        const reports: number[] = [];
        const onProgress = (done: number, total: number) => {
          expect(total).toBe(row.bytes);
          reports.push(done);
          if (share !== null && done >= share * total) page.pause(row.id);
        };
        const outcome = await page.resume(row.id, { onProgress }).catch(() => null);
        expect(reports).toEqual([...reports].sort((a, b) => a - b));
        expect(new Set(reports).size).toBe(reports.length);
        // The end of the bar is the model's row, and nothing else.
        expect(reports.at(-1) === row.bytes).toBe(outcome !== null);
        if (outcome === null) continue;
        await expectSame(installed, outcome, repository);
        return;
      }
      throw new Error('a good server was not enough');
    }),
    { seed: 20261127, numRuns: 60 },
  );
}, 240_000);
