import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AppServer, builtApp, serveApp } from '../../src/lab/index.ts';
import { launchChromium } from './launch.ts';

const patience = 90_000;
vi.setConfig({ testTimeout: 2 * patience, hookTimeout: 2 * patience });

let browser: Browser;
let context: BrowserContext;
let page: Page;
let server: AppServer;
let folder: string;
/** Scripts of workers that began, each with whether the service worker stood between then. */
const begun: { url: string; isControlled: boolean }[] = [];

// A host that knows nothing of our headers, with the app in a folder of its own: one visitor's visits.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'onward-host-'));
  await cp(await builtApp(), folder, { recursive: true });
  server = await serveApp(folder, { sendsHeaders: false, under: '/some/path/' });
  browser = await launchChromium([], { hasWebGpu: false });
  context = await browser.newContext();
  context.setDefaultTimeout(patience);
  page = await context.newPage();
  context.on('response', (response) => {
    const isWorker = /\/(host|learningWorker)-[\w-]+\.js$/.test(response.url());
    // The service worker fetches the scripts as well, to store them.
    if (isWorker && response.request().serviceWorker() === null)
      begun.push({ url: response.url(), isControlled: response.fromServiceWorker() });
  });
  await page.goto(server.url);
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const answered = () => page.locator('#answer').getByText('Computed here').waitFor();

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
const titleSent = () =>
  page.evaluate(async () => /<title>(.*)<\/title>/.exec(await (await fetch('./')).text())?.[1]);

describe('on a host without our headers, in a sub-path', () => {
  it('no worker begins before the service worker stands between, and then all headers are there', async () => {
    await answered();
    expect(begun.length).toBeGreaterThan(0);
    expect(begun.filter(({ isControlled }) => !isControlled)).toEqual([]);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    const response = await page.evaluate(async () => {
      const { headers } = await fetch('./', { method: 'HEAD' });
      return headers.get('Content-Security-Policy');
    });
    expect(response).toContain("require-trusted-types-for 'script'");
    const [worker] = page.workers().filter((each) => each.url().includes('/host-'));
    const leak = () =>
      fetch('https://leak.example.com/').then(
        () => 'reached',
        (error: unknown) => String(error),
      );
    expect(await worker.evaluate(leak)).toContain('Failed to fetch');
  });

  it('is installable: manifest and icons are where they say', async () => {
    const devtools = await context.newCDPSession(page);
    const { installabilityErrors } = (await devtools.send('Page.getInstallabilityErrors')) as {
      installabilityErrors: { errorId: string }[];
    };
    // A private window is what tests run in; it is no place to install anything.
    expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
  });
});

describe('a new version', () => {
  it('is stored while the old one is at work, which goes on as it was', async () => {
    // Open, so that the test can ask the service worker what it sends.
    await page.evaluate(async () => {
      const cache = await globalThis.caches.open('onward-seal');
      await cache.put(new URL('seal/wish', location.href), Response.json(false));
    });
    const [old] = await caches();
    await deploy('The second version');
    await page.reload();
    await page.getByText('A newer version is on this device').waitFor();
    await answered();
    expect(await caches()).toHaveLength(2);
    expect(await caches()).toContain(old);
    expect(await titleSent()).toContain('Onward');
  });

  it('waits while another tab is at work on the old one', async () => {
    const second = await context.newPage();
    await second.goto(server.url);
    await second.locator('#answer').getByText('Computed here').waitFor();
    await page.reload();
    await answered();
    expect(await titleSent()).toContain('Onward');
    await second.close();
  });

  it('takes over when the last tab is closed, and leaves nothing of the old one', async () => {
    const before = await caches();
    await page.close();
    // The browser lets go of a closed tab a moment later.
    const titleInNewTab = async () => {
      if (!page.isClosed()) await page.close();
      page = await context.newPage();
      await page.goto(server.url);
      await answered();
      return titleSent();
    };
    await expect.poll(titleInNewTab, { timeout: patience }).toBe('The second version');
    await expect.poll(async () => (await caches()).length).toBe(1);
    const after = await caches();
    expect(before).toContain(after[0]);
    expect(after[0]).toMatch(/-18$/);
  });

  it('that arrives in part is not taken: the stored one goes on', async () => {
    await writeFile(join(folder, 'seal.txt'), 'Not what the build says.');
    await deploy('A broken version');
    const [stored] = await caches();
    await page.reload();
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
    await page.reload();
    await answered();
    expect(await titleSent()).toBe('The second version');
    expect(await caches()).toContain(stored);
  });
});
