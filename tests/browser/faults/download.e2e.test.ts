import type { Browser, BrowserContext } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { launchChromium } from '../launch.ts';
import { damageRow, deleteDatabase, holdEarlierVersion, openLaterVersion } from './databases.ts';
import { type FaultyServer, faultyServer, type ServerFault } from './faultyServer.ts';
import { PredictPage } from './predictPage.ts';
import { patience, profile, Visit } from './visit.ts';

vi.setConfig({ testTimeout: patience, hookTimeout: patience });

const weights = 'onward-weights';
/** The largest file of the model that ships, and the one after it. */
const largest = /\/onnx\/[^/]+\.onnx$/;

let browser: Browser;
let server: FaultyServer;
let context: BrowserContext;

beforeAll(async () => {
  browser = await launchChromium([], { hasWebGpu: false });
  server = await faultyServer(inject('appUrl'));
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
beforeEach(async () => {
  context = await profile(browser);
  server.rule = () => null;
  server.requests.length = 0;
});
afterEach(() => context.close());

async function opened(): Promise<{ visit: Visit; predict: PredictPage }> {
  const visit = await Visit.open(context, server.url);
  return { visit, predict: new PredictPage(visit.page) };
}

/** A profile in which the model is stored, and no tab open. */
async function stored(): Promise<void> {
  const { visit, predict } = await opened();
  await predict.computedHere();
  await visit.close();
  server.requests.length = 0;
}

/** The answers that hold the largest file: so many of them fail. */
function failing(fault: ServerFault, times = Infinity): void {
  let left = times;
  server.rule = (path) => (largest.test(path) && left-- > 0 ? fault : null);
}

const asked = (what: RegExp) => server.requests.filter((path) => what.test(path)).length;
const untilAsked = (what: RegExp) =>
  expect.poll(() => asked(what), { timeout: patience / 2 }).toBeGreaterThan(0);

/** The page says what is wrong; when it is over, one click goes on. */
async function oneClickAfter(predict: PredictPage, said: string | RegExp): Promise<void> {
  await predict.alert(said).waitFor();
  server.rule = () => null;
  await predict.tryAgain(said);
  await predict.computedHere();
}

describe('a download', () => {
  it('that a dead network stops is told of, and one click goes on behind what is here', async () => {
    failing('offline');
    const { predict } = await opened();
    await oneClickAfter(predict, 'The model could not be downloaded');
    expect(asked(/tokenizer\.json$/)).toBe(1);
  });

  it('that breaks off in the middle goes on by itself', async () => {
    failing({ cutAfter: 500_000 }, 1);
    const { predict } = await opened();
    await predict.computedHere();
    expect(asked(largest)).toBe(2);
  });

  it('that a login page answers is told of, and one click goes on', async () => {
    failing('a page');
    const { predict } = await opened();
    await oneClickAfter(predict, 'The model could not be downloaded');
  });

  it('in which the network flips a bit is never run: the page says so, and one click loads it again', async () => {
    failing({ flipBit: 1_000_000 });
    const { predict } = await opened();
    await oneClickAfter(predict, 'The model’s files are not what they should be');
  });

  it('in the middle of which the worker dies goes on by itself', async () => {
    failing({ stallAfter: 500_000 }, 1);
    const { visit, predict } = await opened();
    await untilAsked(largest);
    await visit.kill('onward');
    await predict.computedHere();
  });

  it('in the middle of which the tab is closed goes on behind what is here', async () => {
    failing({ stallAfter: 500_000 }, 1);
    const { visit } = await opened();
    await untilAsked(largest);
    await visit.close();
    const { predict } = await opened();
    await predict.computedHere();
    expect(asked(/tokenizer\.json$/)).toBe(1);
  });

  it('in the middle of which the browser clears the store still ends in an answer', async () => {
    failing({ stallAfter: 500_000 }, 1);
    const { visit, predict } = await opened();
    await untilAsked(largest);
    const outsider = await context.newPage();
    await outsider.goto(`${server.url}icon.svg`);
    await deleteDatabase(outsider, weights);
    await visit.kill('onward');
    await predict.computedHere();
  });

  it('in the middle of which a later release opens the store still ends in an answer', async () => {
    failing({ stallAfter: 500_000 }, 1);
    const { visit, predict } = await opened();
    await untilAsked(largest);
    const outsider = await context.newPage();
    await outsider.goto(`${server.url}icon.svg`);
    await openLaterVersion(outsider, weights);
    await visit.kill('onward');
    await predict.computedHere();
  });

  it('that an old tab keeps from the store runs from memory, and the page says so', async () => {
    const outsider = await context.newPage();
    await outsider.goto(`${server.url}icon.svg`);
    await holdEarlierVersion(outsider, weights);
    const { predict } = await opened();
    await predict.computedHere();
    expect(await predict.status()).toContain(
      'The model runs from memory and is downloaded again next time: Another tab',
    );
  });

  it('for whose last files the disk has no room runs from memory, and the page says so', async () => {
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    const { origin } = new URL(server.url);
    await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 3_000_000 });
    const { predict } = await opened();
    await predict.computedHere();
    expect(await predict.status()).toContain('runs from memory');
  });

  it('that two tabs begin at once serves both', async () => {
    const [one, two] = [await opened(), await opened()];
    await one.predict.computedHere();
    await two.predict.computedHere();
  });
});

describe('a model that is stored', () => {
  it('answers where the network is gone', async () => {
    await stored();
    server.rule = (path) => (path.includes('/models/') ? 'offline' : null);
    const { predict } = await opened();
    await predict.computedHere();
    expect(asked(largest)).toBe(0);
  });

  it('in which the disk has flipped a bit is mended by loading that file alone', async () => {
    await stored();
    const outsider = await context.newPage();
    await outsider.goto(`${server.url}icon.svg`);
    await damageRow(outsider, { database: weights, table: 'shards', field: 'data', how: 'flip' });
    const { predict } = await opened();
    await predict.computedHere();
    expect(asked(/\/models\/onward-/)).toBe(1);
    expect(await predict.status()).not.toContain('memory');
  });
});
