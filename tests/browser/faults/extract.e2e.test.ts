import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { launchChromium } from '../launch.ts';
import { clearTable, damageRow } from './databases.ts';
import { type FaultyServer, faultyServer } from './faultyServer.ts';
import { LearnPage } from './learnPage.ts';
import { patience, profile, Visit } from './visit.ts';

vi.setConfig({ testTimeout: patience, hookTimeout: patience });

const epochs = 3;

let browser: Browser;
let server: FaultyServer;
let context: BrowserContext;
let visit: Visit;
let learn: LearnPage;
/** A tab of the same origin that is none of the app's. */
let outsider: Page;
/** Perplexities of a head on hidden states that nothing disturbed. */
let right: string[] = [];
let runs = 0;
let name = '';

beforeAll(async () => {
  browser = await launchChromium([], { hasWebGpu: false });
  server = await faultyServer(inject('appUrl'));
  context = await profile(browser);
  outsider = await context.newPage();
  await outsider.goto(`${server.url}icon.svg`);
  visit = await Visit.open(context, `${server.url}#learn`);
  learn = new LearnPage(visit.page);
  await visit.page.getByRole('heading', { name: 'People to learn from' }).waitFor();
  await learn.invent();
  await learn.begin('head', 'Undisturbed', epochs);
  right = await learn.finished();
  expect(right).toHaveLength(epochs);
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
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
