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
/** Scripts of workers that began, each with whether the service worker stood between then. */
const begun: { url: string; isControlled: boolean }[] = [];

// A host that knows nothing of our headers, with the app in a folder of its own.
beforeAll(async () => {
  server = await serveApp(await builtApp(), { sendsHeaders: false, under: '/some/path/' });
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
});

const answered = () => page.locator('#answer').getByText('Computed here').waitFor();

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
