import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type AppServer, builtApp, serveApp } from '../../src/lab/index.ts';
import { launchProfile } from './launch.ts';

// Two busy cores need minutes for what takes seconds on idle ones.
const patience = 90_000;
vi.setConfig({ testTimeout: 2 * patience, hookTimeout: 2 * patience });

const options = { hasWebGpu: false };
let profile: string;
let server: AppServer;
let context: BrowserContext;
let page: Page;
/** What reached the server. */
const asked: string[] = [];

async function open(): Promise<void> {
  context = await launchProfile(profile, options);
  context.setDefaultTimeout(patience);
  [page] = context.pages();
  page.on('dialog', (dialog) => void dialog.accept());
  await page.goto(server.url);
}

const answered = () => page.locator('#answer').getByText('Computed here').waitFor();
const sealed = () => page.getByText('Sealed: this page cannot connect anywhere.');
const part = (name: string) => page.getByRole('link', { name, exact: true }).click();

// One person's days with the app: each test goes on where the one before ended.
beforeAll(async () => {
  profile = await mkdtemp(join(tmpdir(), 'onward-profile-'));
  server = await serveApp(await builtApp(), { onRequest: (path) => asked.push(path) });
});
afterAll(async () => {
  await context.close();
  await server.close();
  await rm(profile, { recursive: true, force: true });
});

describe('the first visit', () => {
  it('is open to its own server, stores all that the page needs, and says so', async () => {
    await open();
    await answered();
    expect(await sealed().count()).toBe(0);
    await part('Privacy');
    await page.getByText('it is sealed when you load it again').waitFor();
    await page.getByText('This version is stored on this device.').waitFor();
  });
});

describe('the next session, with the network cut', () => {
  beforeAll(async () => {
    await context.close();
    await server.close();
    asked.length = 0;
    await open();
  });

  it('answers, sealed, in the page and in its worker', async () => {
    await answered();
    await sealed().waitFor();
    const refused = () =>
      fetch('/').then(
        () => 'reached',
        (error: unknown) => String(error),
      );
    expect(await page.evaluate(refused)).toContain('Failed to fetch');
    const [worker] = page.workers().filter((each) => each.url().includes('/host-'));
    expect(await worker.evaluate(refused)).toContain('Failed to fetch');
  });

  it('learns: invents people and trains a head on the frozen language model', async () => {
    await part('Learn');
    await page.getByText('How many people?').click();
    await page.getByLabel('People', { exact: true }).fill('60');
    await page.getByRole('button', { name: 'Invent these' }).click();
    await page.getByRole('heading', { name: 'In use: 60 invented people' }).waitFor();
    await page.getByText('The best possible perplexity on its test people').waitFor();
    await page.getByRole('radio', { name: /^Occupation head/ }).check();
    await page.getByText(/^Settings:/).click();
    await page.getByLabel('Epochs at most').fill('1');
    await page.getByLabel('Epochs at most').press('Tab');
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.locator('section.run').getByText('finished', { exact: true }).waitFor();
  });

  it('was refused what this test tried and nothing else, and asked nobody', async () => {
    await part('Privacy');
    await page.getByText('a request to its own server by the worker that trains').waitFor();
    await sealed().waitFor();
    expect(await page.getByText('Answered:').count()).toBe(0);
    await page.getByText('every one to the page’s own address').waitFor();
    const refusals = page.locator('table', { hasText: 'Tried by' }).locator('tbody tr');
    await expect.poll(() => refusals.count()).toBe(2);
    const tried = `\t${server.url}\tconnect-src\t1`;
    expect(await refusals.allInnerTexts()).toEqual([`this page${tried}`, `the worker that predicts${tried}`]);
    expect(asked).toEqual([]);
  });
});

describe('the seal', () => {
  it('lets nothing through to the server that is back, but what the browser itself asks for', async () => {
    const { port } = new URL(server.url);
    server = await serveApp(await builtApp(), { port: Number(port), onRequest: (path) => asked.push(path) });
    // Ways that `connect-src` does not cover; the service worker answers them. As text: Vitest would rewrite an import.
    await page.evaluate(`(async () => {
      const image = new Image();
      image.src = 'leak.png?career';
      await image.decode().catch(() => undefined);
      await import(new URL('assets/leak.js?career', location.href).href).catch(() => undefined);
      await fetch('leak').catch(() => undefined);
    })()`);
    expect(asked.filter((path) => path !== '/sw.js')).toEqual([]);
  });

  it('is taken off by the person, who finds the page open, and put back', async () => {
    await part('Privacy');
    await page.getByLabel('Seal this page whenever').uncheck();
    await page.getByText('The switch takes effect when').waitFor();
    await page.reload();
    await page.getByText('You chose to leave it open.').waitFor();
    expect(await page.evaluate(() => fetch('seal.txt').then((response) => response.status))).toBe(200);
    await page.getByLabel('Seal this page whenever').check();
    await page.getByRole('button', { name: 'Load again, sealed' }).click();
    await sealed().waitFor();
  });

  it('is not claimed, and the page opens unsealed next time, where a stored model is broken', async () => {
    await page.evaluate(
      () =>
        new Promise<void>((resolve, reject) => {
          const opening = indexedDB.open('onward-weights');
          opening.onerror = () => reject(new Error('cannot open'));
          opening.onsuccess = () => {
            const clearing = opening.result.transaction('shards', 'readwrite');
            clearing.objectStore('shards').clear();
            clearing.oncomplete = () => {
              opening.result.close();
              resolve();
            };
          };
        }),
    );
    await page.goto(`${server.url}#predict`);
    await page.reload();
    await page.getByText('a sealed page cannot fetch it').waitFor();
    await page.reload();
    await answered();
    expect(await sealed().count()).toBe(0);
    await page.reload();
    await sealed().waitFor();
  });
});
