import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AppServer, builtApp, serveApp } from '../../src/lab/index.ts';
import { FakeHub } from '../fixtures/hub/fakeHub.ts';
import { exportRepository } from '../fixtures/hub/repository.ts';
import { seriousFindings } from './axe.ts';
import { launchChromium } from './launch.ts';
import { choose, rowCounts, stored } from './modelsPage.ts';

const patience = 120_000;
vi.setConfig({ testTimeout: 2 * patience, hookTimeout: patience });

// Two shards and a bit, so that a download can stop in the middle of one.
const repository = exportRepository({ name: 'tests/small-export', weightBytes: 20_000_000 });
const restricted = exportRepository({ name: 'tests/restricted', licence: 'gemma', seed: 2 });
const weights = 'onnx/model_q4f16.onnx_data';
let hub: FakeHub;
let server: AppServer;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const errors: string[] = [];

beforeAll(async () => {
  hub = await FakeHub.start(repository, restricted);
  server = await serveApp(await builtApp(), { hub: { origin: hub.url, downloads: [hub.cdnUrl] } });
  browser = await launchChromium([], { hasWebGpu: false });
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await hub.close();
});

beforeEach(async () => {
  context = await newContext();
  page = await openModels(context);
});
afterEach(async () => {
  hub.faults.set([]);
  hub.seen = [];
  await context.close();
  expect(errors.splice(0)).toEqual([]);
});

async function newContext(options: Parameters<Browser['newContext']>[0] = {}): Promise<BrowserContext> {
  const fresh = await browser.newContext({ acceptDownloads: true, ...options });
  fresh.setDefaultTimeout(patience / 2);
  // Headless Chromium has no dialog for a place to save to; without it, the page uses the browser's downloads.
  await fresh.addInitScript(() => Reflect.deleteProperty(globalThis, 'showSaveFilePicker'));
  return fresh;
}

async function openModels(within: BrowserContext): Promise<Page> {
  const opened = await within.newPage();
  opened.on('pageerror', (error) => errors.push(error.message));
  opened.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) errors.push(message.text());
  });
  await opened.goto(new URL('models.html', server.url).href);
  await opened.getByRole('heading', { name: 'On this device' }).waitFor();
  return opened;
}

describe('the models page', () => {
  it('carries a model from the list to the disk and back', async () => {
    await choose(page, repository.name);
    // Before the first byte: commit, licence, exact size, hash.
    await page.getByRole('heading', { name: repository.name }).waitFor();
    await page.getByText(repository.commit).waitFor();
    await page.getByText('Licence: Apache 2.0.').waitFor();
    await page.getByText('7 files, 20,002,129 bytes').waitFor();
    expect(await page.getByRole('row', { name: weights }).last().textContent()).toMatch(
      /sha-256\s*[0-9a-f]{64}/,
    );
    expect(hub.seen).toEqual([]);

    hub.faults.set([{ kind: 'slow', path: weights, bytesPerSecond: 1_500_000 }]);
    await page.getByRole('button', { name: 'Download 20.0 MB' }).click();
    const bar = page.getByRole('progressbar', { name: `Download of ${repository.name}` });
    await vi.waitUntil(async () => Number(await bar.getAttribute('value')) > 3_000_000, {
      timeout: patience,
      interval: 100,
    });
    await page.getByRole('button', { name: `Pause ${repository.name}` }).click();
    await page.getByText('Paused. It goes on where it stopped').waitFor();

    await page.reload();
    const kept = Number(await bar.getAttribute('value'));
    expect(kept).toBeGreaterThan(3_000_000);
    hub.faults.set([]);
    hub.seen = [];
    await page.getByRole('button', { name: `Go on with ${repository.name}` }).click();
    await page.getByText(`${repository.name} is stored on this device.`).waitFor();
    // The middle of a shard, not its beginning.
    const starts = hub.seen.map(({ range }) => Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0));
    expect(starts.some((start) => start % 2 ** 23 !== 0)).toBe(true);

    await page.getByRole('button', { name: `Check again: ${repository.name}` }).click();
    await page.getByText(`Every byte of ${repository.name} is right.`).waitFor();

    const folder = mkdtempSync(join(tmpdir(), 'onward-models-'));
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: `Export as ZIP: ${repository.name}` }).click();
    const archive = join(folder, (await downloading).suggestedFilename());
    await (await downloading).saveAs(archive);
    expect(readFileSync(archive).length).toBeGreaterThan(20_002_129);

    await page.getByRole('button', { name: `Remove ${repository.name}`, exact: true }).click();
    await page
      .getByRole('alert')
      .getByRole('button', { name: `Remove ${repository.name}` })
      .click();
    await page.getByText('No model is stored yet').waitFor();
    expect(await rowCounts(page)).toEqual({});

    await page.getByLabel('ZIP archive or files').setInputFiles(archive);
    await page.getByText('Exported by this app').waitFor();
    await page.getByRole('button', { name: 'Store on this device' }).click();
    await stored(page).getByRole('heading', { name: repository.name }).waitFor();
    rmSync(folder, { recursive: true });
  });

  it('asks for a licence that is not open to be read first', async () => {
    await choose(page, restricted.name);
    await page.getByText('Google’s terms bind you').waitFor();
    const start = page.getByRole('button', { name: /^Download/ });
    expect(await start.isDisabled()).toBe(true);
    await page.getByLabel(/I have read its conditions/).check();
    await start.click();
    await stored(page).getByRole('heading', { name: restricted.name }).waitFor();
  });

  it('names what is wrong, and goes on with one click', async () => {
    await choose(page, 'tests/nothing');
    await page.getByText('The hub has no tests/nothing (404)').waitFor();
    await choose(page, restricted.name);
    await page.getByLabel(/I have read its conditions/).check();
    hub.faults.set([{ kind: 'status', path: weights, status: 404 }]);
    await page.getByRole('button', { name: /^Download/ }).click();
    await page.getByText(`The hub has no ${weights}`).waitFor();
    hub.faults.set([]);
    await page.getByRole('button', { name: 'Try again' }).click();
    await stored(page).getByRole('heading', { name: restricted.name }).waitFor();
  });

  it('lets one tab at a time download a model', async () => {
    await choose(page, repository.name);
    hub.faults.set([{ kind: 'slow', path: weights, bytesPerSecond: 200_000 }]);
    await page.getByRole('button', { name: /^Download/ }).click();
    await page.getByRole('button', { name: `Pause ${repository.name}` }).waitFor();
    const other = await openModels(context);
    await other.getByRole('button', { name: `Go on with ${repository.name}` }).click();
    await other.getByText('This model is being stored already').waitFor();
    // A tab that is gone holds nothing back.
    await page.close();
    hub.faults.set([]);
    // The browser lets go of its locks a moment after the tab.
    const heading = stored(other).getByRole('heading', { name: repository.name });
    await vi.waitUntil(
      async () => {
        await other
          .getByRole('button', { name: 'Try again' })
          .click({ timeout: 1_000 })
          .catch(() => undefined);
        return heading.isVisible();
      },
      { timeout: patience, interval: 500 },
    );
  });

  it('goes on in the middle of a shard after the page has crashed', async () => {
    await choose(page, repository.name);
    hub.faults.set([{ kind: 'slow', path: weights, bytesPerSecond: 500_000 }]);
    await page.getByRole('button', { name: /^Download/ }).click();
    const bar = (on: Page) => on.getByRole('progressbar', { name: `Download of ${repository.name}` });
    const loaded = async (on: Page) => Number(await bar(on).getAttribute('value'));
    await vi.waitUntil(async () => (await loaded(page)) > 4_500_000, { timeout: patience, interval: 100 });
    const crashed = page.waitForEvent('crash');
    const session = await context.newCDPSession(page);
    session.send('Page.crash').catch(() => undefined);
    await crashed;
    hub.faults.set([]);
    const reopened = await openModels(context);
    // Three lanes that kept what they had every two seconds.
    expect(await loaded(reopened)).toBeGreaterThan(1_500_000);
    expect(await loaded(reopened)).toBeLessThan(2 ** 23);
    await reopened.getByRole('button', { name: `Go on with ${repository.name}` }).click();
    await stored(reopened).getByRole('heading', { name: repository.name }).waitFor();
  });

  it('keeps what is finished when the browser has no more room, and goes on when it has', async () => {
    const session = await context.newCDPSession(page);
    const allow = async (quotaSize: number) => {
      await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(server.url).origin, quotaSize });
    };
    await allow(15_000_000);
    await choose(page, repository.name);
    // What Chromium tells the page of its quota is the same for everyone: only writing shows the truth.
    await page.getByRole('button', { name: /^Download/ }).click();
    await page.getByText('There is not enough room').waitFor();
    await page.getByText(/MB are used here, and the disk itself may be full/).waitFor();
    const { shards } = await rowCounts(page);
    expect(shards).toBeGreaterThan(0);
    await allow(200_000_000);
    await page.getByRole('button', { name: 'Try again' }).click();
    await stored(page).getByRole('heading', { name: repository.name }).waitFor();
  });

  it('takes a folder, and what is dropped on it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'onward-folder-'));
    const files = exportRepository({ seed: 3 }).files;
    for (const { path, content } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    await page.getByLabel('Folder of a model').setInputFiles(folder);
    await page.getByText('Nobody says what its files should be').waitFor();
    await page.getByRole('radio', { name: /^q4,/ }).check();
    await page.getByRole('button', { name: 'Store on this device' }).click();
    await stored(page).getByText('from disk').waitFor();
    rmSync(folder, { recursive: true });

    const transfer = await page.evaluateHandle(() => {
      const dropped = new DataTransfer();
      dropped.items.add(new File(['hello'], 'notes.zip'));
      return dropped;
    });
    await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
    await page.getByText('notes.zip was not read: it is no complete ZIP archive').waitFor();
  });

  it('ships no code that knows the careers’ database', async () => {
    const scripts: Promise<string>[] = [];
    page.on('response', (response) => {
      if (response.url().endsWith('.js')) scripts.push(response.text());
    });
    await page.reload();
    await page.getByText('No model is stored yet').waitFor();
    const code = await Promise.all(scripts);
    expect(code.length).toBeGreaterThan(0);
    expect(code.some((text) => text.includes('onward-weights'))).toBe(true);
    expect(code.filter((text) => text.includes('onward-careers'))).toEqual([]);
  });

  it('may ask the hub and nobody else, and never has the careers open', async () => {
    const elsewhere = server.url.replace('localhost', '127.0.0.1');
    const reached = await page.evaluate(
      (url) =>
        fetch(url).then(
          () => true,
          () => false,
        ),
      elsewhere,
    );
    expect(reached).toBe(false);
    expect(errors.splice(0).join()).toContain(`Connecting to '${elsewhere}' violates`);
    await page.getByText('No model is stored yet').waitFor();
    const open = () => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
    await vi.waitUntil(async () => (await open()).length > 0, { timeout: patience, interval: 200 });
    expect(await open()).toEqual(['onward-weights']);
  });
});

describe.each([
  { theme: 'light', width: 1440 },
  { theme: 'dark', width: 390 },
] as const)('$theme at $width px', ({ theme, width }) => {
  it('has nothing serious for axe, and does not scroll sideways', async () => {
    const viewed = await newContext({
      viewport: { width, height: 900 },
      colorScheme: theme,
      reducedMotion: 'reduce',
    });
    const on = await openModels(viewed);
    const isClean = async () => {
      expect(await seriousFindings(on)).toEqual([]);
      const beyond = await on.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(beyond).toBeLessThanOrEqual(0);
    };
    await isClean();
    await choose(on, restricted.name);
    await on.getByText('Google’s terms bind you').waitFor();
    await isClean();
    await on.getByLabel(/I have read its conditions/).check();
    await on.getByRole('button', { name: /^Download/ }).click();
    await stored(on).getByText('Files and hashes').click();
    hub.faults.set([{ kind: 'status', path: weights, status: 404 }]);
    await choose(on, repository.name);
    await on.getByRole('button', { name: /^Download/ }).click();
    await on.getByText(`The hub has no ${weights}`).waitFor();
    await isClean();
    await viewed.close();
  });
});
