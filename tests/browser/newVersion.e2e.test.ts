import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AppServer, builtApp, serveApp } from '../../src/lab/index.ts';
import { UnwatchedChromium, type UnwatchedTab } from './unwatched.ts';

const patience = 90_000;
vi.setConfig({ testTimeout: 2 * patience, hookTimeout: 2 * patience });

let browser: UnwatchedChromium;
let server: AppServer;
let folder: string;
let page: UnwatchedTab;

// A host that knows nothing of our headers, with the app in a folder of its own: one visitor's visits.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onward-host-'));
  await cp(await builtApp(), folder, { recursive: true });
  server = await serveApp(folder, { sendsHeaders: false, under: '/some/path/' });
  browser = await UnwatchedChromium.launch({ hasWebGpu: false });
  page = await browser.open(server.url);
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const answered = (tab = page) =>
  tab.until(
    () => document.querySelector('#answer')?.textContent.includes('Computed here') === true,
    patience,
  );

/** Returns when the page of before is gone. */
async function loadAgain(): Promise<void> {
  await page.evaluate(() => {
    Object.assign(globalThis, { isBefore: true });
    location.reload();
  });
  await page.until(() => !('isBefore' in globalThis), patience);
}

/** What a new version of the app is to this host: another page, and a service worker that knows its hash. */
async function deploy(title: string): Promise<void> {
  const hash = (text: string) => createHash('sha256').update(text).digest('base64');
  const [html, worker] = await Promise.all(
    ['index.html', 'sw.js'].map((name) => readFile(join(folder, name), 'utf8')),
  );
  const nextHtml = html.replace(/<title>.*<\/title>/, `<title>${title}</title>`);
  const nextWorker = worker
    .replace(hash(html), hash(nextHtml))
    .replace(/build:`(\w+)`/, (_, build: string) => `build:\`${build}-${title.length}\``);
  await writeFile(join(folder, 'index.html'), nextHtml);
  await writeFile(join(folder, 'sw.js'), nextWorker);
}

const caches = () =>
  page.evaluate(async () =>
    (await globalThis.caches.keys()).filter((name) => name.startsWith('onward-build')),
  );

/** A new version is stored when it is complete, and waits for its turn then. */
const isWaiting = async () => {
  const registration = await navigator.serviceWorker.getRegistration();
  return Boolean(registration?.waiting);
};

/** The version that the service worker sends, by the page's title. */
const versionSent = () =>
  page.evaluate(async () => /<title>(.*)<\/title>/.exec(await (await fetch('./')).text())?.[1]);
const becomes = (version: string) =>
  expect.poll(() => versionSent().catch(() => 'being loaded'), { timeout: 20_000 }).toContain(version);

describe('a new version', () => {
  it('is stored while the old one is at work, which goes on as it was', async () => {
    await answered();
    // Open, so that the test can ask the service worker what it sends.
    await page.evaluate(async () => {
      const cache = await globalThis.caches.open('onward-seal');
      await cache.put(new URL('seal/wish', location.href), Response.json(false));
    });
    const [old] = await caches();
    await deploy('The second version');
    await loadAgain();
    await page.until(() => document.body.innerText.includes('A newer version is on this device'), patience);
    await answered();
    expect(await caches()).toHaveLength(2);
    expect(await caches()).toContain(old);
    expect(await versionSent()).toContain('Onward');
  });

  it('waits while another tab is at work on the old one', async () => {
    const second = await browser.open(server.url);
    await answered(second);
    await loadAgain();
    await answered();
    expect(await versionSent()).toContain('Onward');
    expect(await page.evaluate(isWaiting)).toBe(true);
    await second.close();
  });

  it('takes over when the last page is loaded again, and leaves nothing of the old one', async () => {
    const before = await caches();
    await loadAgain();
    await becomes('The second version');
    await answered();
    // What is left is let go of when a page of the new version is the only one, which the next one is for certain.
    await loadAgain();
    await answered();
    await expect.poll(async () => (await caches()).length, { timeout: 20_000 }).toBe(1);
    const after = await caches();
    expect(before).toContain(after[0]);
    expect(after[0]).toMatch(/-18$/);
  });

  it('takes over when the last tab is closed', async () => {
    await deploy('The third version of it');
    await loadAgain();
    await page.until(isWaiting, patience);
    await page.close();
    page = await browser.open(server.url);
    await becomes('The third version');
    await answered();
  });

  it('that arrives in part is not taken: the stored one goes on', async () => {
    await writeFile(join(folder, 'seal.txt'), 'Not what the build says.');
    await deploy('A broken version');
    const [stored] = await caches();
    await loadAgain();
    await answered();
    await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration();
      await registration?.update().catch(() => undefined);
      const { installing } = registration ?? {};
      if (!installing) return;
      await new Promise<void>((resolve) => {
        installing.addEventListener('statechange', () => resolve());
      });
    });
    await loadAgain();
    await answered();
    expect(await versionSent()).toContain('The third version');
    expect(await caches()).toContain(stored);
  });
});
