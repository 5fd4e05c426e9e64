import type { BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { damageRow, deleteDatabase, openLaterVersion, waitForRow } from './databases.ts';
import type { FaultyServer } from './faultyServer.ts';
import { LearnPage } from './learnPage.ts';
import { type LearnVisit, openLearnTab, openLearnVisit } from './learnVisit.ts';
import { patience, Visit } from './visit.ts';

vi.setConfig({ testTimeout: patience, hookTimeout: patience });

const careers = 'onward-careers';
const epochs = 5;
const after = 60; // Tensors that onnxruntime hands out before the fault comes: in the middle of a run.

let server: FaultyServer;
let context: BrowserContext;
let outsider: Page;
let visit: Visit;
let learn: LearnPage;
let right: readonly string[];
let close: LearnVisit['close'];
let runs = 0;
let name = '';

beforeAll(async () => {
  ({ server, context, outsider, visit, learn, right, close } = await openLearnVisit('career', epochs));
  expect(right).toHaveLength(epochs);
});
afterAll(() => close());
beforeEach(() => {
  name = `Run ${++runs}`;
});

describe('in the middle of training', () => {
  it('a worker that ends without a word is replaced, and the run ends as if nothing had happened', async () => {
    await visit.order('onward-learning', { kind: 'end', after });
    await learn.begin('career', name, epochs);
    expect(await learn.finished()).toEqual(right);
    await visit.page.getByText('Everything is running again').waitFor();
  });

  it('a worker that crashes is replaced, and the run ends as if nothing had happened', async () => {
    await visit.order('onward-learning', { kind: 'crash', after });
    await learn.begin('career', name, epochs);
    expect(await learn.finished()).toEqual(right);
  });

  it('a worker that the browser kills is replaced, and the run ends as if nothing had happened', async () => {
    await learn.begin('career', name, epochs);
    await learn.phase('training');
    await visit.kill('onward-learning');
    expect(await learn.finished()).toEqual(right);
  });

  it('buffers of zeros are not learned from: the steps are done again, to the same end', async () => {
    await visit.order('onward-learning', { kind: 'zeros', times: 3 });
    await learn.begin('career', name, epochs);
    expect(await learn.finished()).toEqual(right);
  });

  it('buffers of NaN are not learned from: the steps are done again, to the same end', async () => {
    await visit.order('onward-learning', { kind: 'nans', times: 3 });
    await learn.begin('career', name, epochs);
    expect(await learn.finished()).toEqual(right);
  });

  it('a device without memory is told of in plain words, and one click goes on when there is some', async () => {
    await visit.stand('onward-learning', { kind: 'no memory' });
    await visit.kill('onward-learning');
    await learn.begin('career', name, epochs);
    const note = visit.page.locator('#learn-train').getByRole('alert');
    await note.waitFor();
    expect(await note.innerText()).toMatch(/run out of memory|not enough memory|could not be started/);
    await visit.stand('onward-learning', null);
    await note.getByRole('button', { name: 'Try again' }).click();
    expect(await learn.finished()).toEqual(right);
  });

  it('a store that the browser clears gets the run again, and its model', async () => {
    await learn.begin('career', name, epochs);
    await learn.phase('training');
    await deleteDatabase(outsider, careers);
    expect(await learn.finished()).toEqual(right);
    await visit.page.getByRole('button', { name: `Save as files: ${name}` }).waitFor();
  });

  it('a later release that opens the store in another tab stops nothing', async () => {
    await learn.begin('career', name, epochs);
    await learn.phase('training');
    await openLaterVersion(outsider, careers);
    expect(await learn.finished()).toEqual(right);
  });

  it('a full disk is told of, and the run goes on in memory to the same end', async () => {
    await visit.order('onward-learning', { kind: 'disk full' });
    await learn.begin('career', name, epochs);
    expect(await learn.finished()).toEqual(right);
    expect(await learn.text()).toContain('cannot be kept on this device: This device has no room left');
    await visit.page.getByRole('button', { name: `Save as files: ${name}` }).waitFor();
    await visit.order('onward-learning', { kind: 'none' });
  });

  it('a clock that jumps thirty years on and back to 1970 changes nothing', async () => {
    for (const ahead of [30 * 365 * 24 * 3600e3, -Date.now()]) {
      await visit.order('onward-learning', { kind: 'clock', ahead });
      await visit.setClock(ahead);
      name = `Run ${++runs}`;
      await learn.begin('career', name, epochs);
      expect(await learn.finished()).toEqual(right);
    }
    await visit.order('onward-learning', { kind: 'none' });
    await visit.setClock(0);
  });

  it('a network that is gone is not missed, also when the worker dies meanwhile', async () => {
    server.rule = (path) => (path.includes('/models/') ? 'offline' : null);
    await visit.order('onward-learning', { kind: 'end', after });
    await learn.begin('career', name, epochs);
    expect(await learn.finished()).toEqual(right);
    server.rule = () => null;
  });

  it('a pause keeps every step, and the run goes on to the same end', async () => {
    await learn.begin('career', name, epochs);
    await learn.phase('training');
    await learn.click('Pause');
    await learn.phase('paused');
    await learn.click('Resume');
    expect(await learn.finished()).toEqual(right);
  });

  it('a stop keeps the best state so far as a model', async () => {
    await learn.begin('career', name, 300);
    await expect.poll(async () => (await learn.epochs()).length, { timeout: patience }).toBeGreaterThan(1);
    await learn.click('Stop and keep the best');
    await learn.phase('stopped by you');
    await visit.page.getByRole('button', { name: `Save as files: ${name}` }).waitFor();
  });

  it('a run is not trained by two tabs: the second one says where it is open', async () => {
    await learn.begin('career', name, 300);
    await learn.phase('training');
    const other = await Visit.open(context, `${server.url}#learn`);
    const theirs = new LearnPage(other.page);
    await theirs.invent();
    await theirs.choose(name);
    await theirs.phase('open in another tab');
    await other.page.getByText('It is open in another tab. Close that tab to go on here.').waitFor();
    await other.close();
    await learn.click('Stop and keep the best');
    await learn.phase('stopped by you');
  });

  it('a tab that is closed and opened again offers the run, and one click ends it as if nothing had happened', async () => {
    await learn.begin('career', name, epochs);
    await waitForRow(outsider, careers, 'checkpoints');
    await visit.close();
    ({ visit, learn } = await openLearnTab(context, server));
    await learn.choose(name);
    if ((await visit.page.locator('section.run .badge').innerText()) !== 'finished')
      await learn.click('Go on');
    expect(await learn.finished()).toEqual(right);
  });

  it('a bit that the disk flips in a checkpoint costs the seconds since the one before', async () => {
    await learn.begin('career', name, epochs);
    await waitForRow(outsider, careers, 'checkpoints');
    await learn.click('Pause');
    await learn.phase('paused');
    await damageRow(outsider, {
      database: careers,
      table: 'checkpoints',
      field: 'state.theta',
      how: 'flip',
      row: 'last',
    });
    await visit.kill('onward-learning');
    await learn.click('Resume');
    expect(await learn.finished()).toEqual(right);
  });

  it('a bit that the disk flips in what was trained is told of, and no figure is made of it', async () => {
    await deleteDatabase(outsider, careers);
    await visit.page.reload();
    await learn.invent();
    await learn.begin('career', name, epochs);
    expect(await learn.finished()).toEqual(right);
    await damageRow(outsider, {
      database: careers,
      table: 'adapterFiles',
      field: 'content',
      how: 'flip',
      row: 'last',
    });
    const proof = visit.page.locator('#learn-proof');
    await proof.getByLabel('Language model as it ships').uncheck();
    await proof.getByRole('button', { name: /^Measure th/ }).click();
    await proof.getByRole('alert').filter({ hasText: 'their checksum differs' }).waitFor();
    expect(await proof.getByRole('table', { name: 'The figures' }).count()).toBe(0);
  });

  it('deleting everything in another tab ends the run with a plain word, and writes nothing back', async () => {
    await learn.begin('career', name, 300);
    await learn.phase('training');
    const other = await Visit.open(context, server.url);
    await other.deleteEverything();
    await visit.page
      .locator('#learn-train')
      .getByRole('alert')
      .filter({ hasText: 'no longer on this device' })
      .waitFor();
    await other.close();
    await visit.page.reload();
    await learn.invent();
    await learn.begin('career', `${name} again`, epochs);
    expect(await learn.finished()).toEqual(right);
  });
});
