import type { Browser, BrowserContext } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { launchChromium } from '../launch.ts';
import { type FaultyServer, faultyServer } from './faultyServer.ts';
import { PredictPage } from './predictPage.ts';
import { patience, profile, Visit } from './visit.ts';

vi.setConfig({ testTimeout: patience, hookTimeout: patience });

const [first, second] = [2015, 2017];
const years = (count: number) => count * 365 * 24 * 3600 * 1000;

let browser: Browser;
let server: FaultyServer;
let context: BrowserContext;
let visit: Visit;
let predict: PredictPage;
/** By year, undisturbed. */
const right = new Map<number, string>();

// One tab for all: what survives a fault is there for the next one.
beforeAll(async () => {
  browser = await launchChromium([], { hasWebGpu: false });
  server = await faultyServer(inject('appUrl'));
  context = await profile(browser);
  visit = await Visit.open(context, server.url);
  predict = new PredictPage(visit.page);
  await predict.computedHere();
  for (const year of [first, second]) right.set(year, await predict.answerTo(year));
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

/** The fault has passed without a click: both answers are those of an undisturbed device. */
async function answersAreRight(): Promise<void> {
  for (const year of [first, second]) expect(await predict.answerTo(year)).toBe(right.get(year));
}

async function goesOnByItself(): Promise<void> {
  await answersAreRight();
  expect(await predict.status()).toContain('Everything is running again');
}

describe('in the middle of a prediction', () => {
  it('a worker that ends without a word is replaced, and the question answered', async () => {
    await visit.order('onward', { kind: 'end', after: 0 });
    await goesOnByItself();
  });

  it('a worker that crashes is replaced, and the question answered', async () => {
    await visit.order('onward', { kind: 'crash', after: 1 });
    await goesOnByItself();
  });

  it('a worker that the browser kills is replaced, and the question answered', async () => {
    await predict.askAbout(first);
    await visit.kill('onward');
    await goesOnByItself();
  });

  it('a buffer of zeros is never shown: a new worker answers', async () => {
    await visit.order('onward', { kind: 'zeros', times: 1 });
    await goesOnByItself();
  });

  it('a buffer of NaN is never shown: a new worker answers', async () => {
    await visit.order('onward', { kind: 'nans', times: 1 });
    await goesOnByItself();
  });

  it('a device that only gives NaN is told of, the old answer marked, and one click goes on', async () => {
    await predict.answerTo(second);
    await visit.stand('onward', { kind: 'nans', times: 1e6 });
    await visit.order('onward', { kind: 'nans', times: 1e6 });
    await predict.askAbout(first);
    await visit.page.getByRole('alert').first().waitFor();
    // Nothing is shown as the answer to this question.
    expect(await visit.page.getByRole('heading', { name: `What could come next in ${first}` }).count()).toBe(
      0,
    );
    expect(await visit.page.getByRole('alert').first().innerText()).toMatch(
      /cannot be right|could not be started/,
    );
    await visit.stand('onward', null);
    await visit.page.getByRole('button', { name: 'Try again' }).first().click();
    await answersAreRight();
  });

  it('a clock that jumps thirty years on, and back to 1970, changes nothing', async () => {
    for (const ahead of [years(30), -Date.now()]) {
      await visit.setClock(ahead);
      await visit.order('onward', { kind: 'clock', ahead });
      await answersAreRight();
    }
    await visit.setClock(0);
    expect(await visit.page.getByRole('alert').count()).toBe(0);
  });

  it('a network that is gone is not missed', async () => {
    server.rule = () => 'offline';
    await answersAreRight();
    server.rule = () => null;
  });

  it('a worker that dies while the network is gone comes back from the store', async () => {
    server.rule = (path) => (path.includes('/models/') ? 'offline' : null);
    await visit.order('onward', { kind: 'end', after: 0 });
    await goesOnByItself();
    server.rule = () => null;
  });

  it('a device without memory is told of in plain words, and one click goes on when there is some', async () => {
    await visit.stand('onward', { kind: 'no memory' });
    await visit.kill('onward');
    const note = visit.page.getByRole('alert').first();
    await note.waitFor();
    expect(await note.innerText()).toMatch(/memory/);
    await visit.stand('onward', null);
    await note.getByRole('button', { name: 'Try again' }).click();
    await answersAreRight();
  });
});

describe('a tab', () => {
  it('that asks while another one asks, too, is answered as if it were alone', async () => {
    const other = await Visit.open(context, server.url);
    const theirs = new PredictPage(other.page);
    await theirs.computedHere();
    for (const [here, there] of [
      [first, second],
      [second, first],
    ]) {
      await Promise.all([predict.askAbout(here), theirs.askAbout(there)]);
      expect(await predict.answerAbout(here)).toBe(right.get(here));
      expect(await theirs.answerAbout(there)).toBe(right.get(there));
    }
    await other.close();
  });

  it('that is closed in the middle comes back with the unsaved work, where drafts are on', async () => {
    await visit.page.getByLabel('Keep unsaved work here too').check();
    await visit.page.getByText('Unsaved work is kept from now on.').waitFor();
    await predict.askAbout(second);
    await visit.page.waitForTimeout(900);
    await visit.close();
    visit = await Visit.open(context, server.url);
    predict = new PredictPage(visit.page);
    expect(await predict.answerAbout(second)).toBe(right.get(second));
  });

  it('that crashes comes back with the unsaved work, where drafts are on', async () => {
    await predict.answerTo(first);
    await visit.page.waitForTimeout(900);
    const devtools = await context.newCDPSession(visit.page);
    void devtools.send('Page.crash').catch(() => undefined);
    await visit.page.waitForEvent('crash');
    visit = await Visit.open(context, server.url);
    predict = new PredictPage(visit.page);
    expect(await predict.answerAbout(first)).toBe(right.get(first));
    await answersAreRight();
  });
});
