import type { Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { clearTable, damageRow } from './databases.ts';
import type { FaultyServer } from './faultyServer.ts';
import type { LearnPage } from './learnPage.ts';
import { type LearnVisit, openLearnVisit } from './learnVisit.ts';
import { patience, type Visit } from './visit.ts';

vi.setConfig({ testTimeout: patience, hookTimeout: patience });

const epochs = 3;

let server: FaultyServer;
let outsider: Page;
let visit: Visit;
let learn: LearnPage;
let right: readonly string[];
let close: LearnVisit['close'];
let runs = 0;
let name = '';

beforeAll(async () => {
  ({ server, outsider, visit, learn, right, close } = await openLearnVisit('head', epochs));
  expect(right).toHaveLength(epochs);
});
afterAll(() => close());
beforeEach(() => {
  name = `Run ${++runs}`;
});

/** A worker that has never read these people, and nothing of them in the store. */
async function forgetStates(): Promise<void> {
  await clearTable(outsider, 'onward-weights', 'hiddenStates');
  await visit.kill('onward-learning');
}

describe('while hidden states are read', () => {
  it('a career that is being read while the worker dies is read again', async () => {
    await forgetStates();
    await visit.order('onward-learning', { kind: 'end', after: 300 });
    await learn.begin('head', name, epochs);
    expect(await learn.finished()).toEqual(right);
  });

  it('hidden states of zeros or NaN are not learned from: a new worker reads the career again', async () => {
    for (const kind of ['zeros', 'nans'] as const) {
      await forgetStates();
      // A new worker tries its device first, and would find out there: the fault is to come later.
      await learn.begin('career', `Before ${kind}`, 1);
      await learn.finished();
      await visit.order('onward-learning', { kind, times: 40 });
      name = `Run ${++runs}`;
      await learn.begin('head', name, epochs);
      expect(await learn.finished()).toEqual(right);
    }
  });

  it('hidden states in which the disk has flipped a bit are read again', async () => {
    await damageRow(outsider, {
      database: 'onward-weights',
      table: 'hiddenStates',
      field: 'data',
      how: 'flip',
    });
    await visit.kill('onward-learning');
    await learn.begin('head', name, epochs);
    expect(await learn.finished()).toEqual(right);
  });

  it('a full disk while careers are read is no reason to stop', async () => {
    await forgetStates();
    await visit.order('onward-learning', { kind: 'disk full' });
    await learn.begin('head', name, epochs);
    expect(await learn.finished()).toEqual(right);
    await visit.order('onward-learning', { kind: 'none' });
  });

  it('reading that is paused goes on where it was', async () => {
    await forgetStates();
    await learn.begin('head', name, epochs);
    await learn.phase('training');
    await learn.click('Pause');
    await visit.page
      .locator('section.run')
      .getByRole('button', { name: /^(Start|Resume)$/ })
      .click();
    expect(await learn.finished()).toEqual(right);
  });

  it('a network that is gone while careers are read is not missed, also when the worker dies meanwhile', async () => {
    await forgetStates();
    server.rule = (path) => (path.includes('/models/') ? 'offline' : null);
    await visit.order('onward-learning', { kind: 'end', after: 300 });
    await learn.begin('head', name, epochs);
    expect(await learn.finished()).toEqual(right);
    server.rule = () => null;
  });
});
