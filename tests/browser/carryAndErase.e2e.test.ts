import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { seriousFindings } from './axe.ts';
import { launchChromium } from './launch.ts';

const patience = 90_000;
vi.setConfig({ testTimeout: 2 * patience, hookTimeout: 2 * patience });

let browser: Browser;
let context: BrowserContext;
let page: Page;
let backup: Buffer;

// One visit: a career is saved, carried away, deleted with everything else, and brought back.
beforeAll(async () => {
  browser = await launchChromium([], { hasWebGpu: false });
  context = await browser.newContext({ acceptDownloads: true });
  context.setDefaultTimeout(patience);
  page = await context.newPage();
  page.on('dialog', (dialog) => void dialog.accept());
  await page.goto(inject('appUrl'));
  await page.locator('#answer').getByText('Computed here').waitFor();
});
afterAll(() => browser.close());

const part = (name: string) => page.getByRole('link', { name, exact: true }).click();
const openBackup = (buffer: Buffer) =>
  page
    .locator('input[aria-label="A backup"]')
    .setInputFiles({ name: 'backup.zip', mimeType: 'application/zip', buffer });

describe('the privacy page', () => {
  it.each([
    { theme: 'light', width: 1440 },
    { theme: 'dark', width: 390 },
  ] as const)(
    'has nothing serious for axe and does not scroll sideways: $theme, $width',
    async ({ theme, width }) => {
      await part('Privacy');
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
      await page.getByText('In the browser’s own terms').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
    },
  );
});

describe('everything as one file', () => {
  it('leaves with what was saved, and comes in again without overwriting', async () => {
    await part('Predict');
    await page.getByLabel('Name for this career').fill('The nurse');
    await page.getByRole('button', { name: 'Save on this device' }).click();
    await page.getByRole('button', { name: 'Open The nurse' }).waitFor();
    await part('Privacy');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save everything as one file' }).click();
    backup = await readFile(await (await download).path());
    await openBackup(backup);
    const row = page
      .getByRole('group', { name: 'What is in the file' })
      .getByRole('row', { name: 'Saved careers' });
    expect((await row.innerText()).split('\t').slice(1)).toEqual(['1', '0', '1', '0']);
    await page.getByRole('button', { name: 'Bring in', exact: true }).click();
    await page.getByText('Nothing that was here has changed').waitFor();
    await part('Predict');
    expect(await page.getByRole('button', { name: /^Open The nurse/ }).count()).toBe(1);
  });

  it('is refused where it is damaged', async () => {
    await part('Privacy');
    await openBackup(backup.subarray(0, backup.length - 100));
    await page.getByText('This backup cannot be read').waitFor();
  });
});

describe('deleting everything', () => {
  it('leaves zero of everything, by the browser’s own account', async () => {
    await page.getByRole('button', { name: 'Delete everything this site keeps here' }).click();
    await page.getByRole('button', { name: 'Delete everything', exact: true }).click();
    await page.getByRole('heading', { name: 'Everything is deleted' }).waitFor();
    const rows = await page.locator('main tr').allInnerTexts();
    expect(rows.map((row) => row.split('\t')[1])).toEqual(['0', '0', '0', '0', '0']);
    const left = await page.evaluate(async () => ({
      databases: await indexedDB.databases(),
      caches: await caches.keys(),
      workers: (await navigator.serviceWorker.getRegistrations()).length,
      keys: localStorage.length + sessionStorage.length,
      usage: (await navigator.storage.estimate()).usage,
    }));
    expect(left).toEqual({ databases: [], caches: [], workers: 0, keys: 0, usage: 0 });
  });

  it('is followed by a page that starts anew, and a file brings back what was saved', async () => {
    await page.getByRole('link', { name: 'load the page again' }).click();
    await page.locator('#answer').getByText('Computed here').waitFor();
    expect(await page.getByRole('button', { name: 'Open The nurse' }).count()).toBe(0);
    await part('Privacy');
    await openBackup(backup);
    await page.getByRole('button', { name: 'Bring in', exact: true }).click();
    await page.getByText('Nothing that was here has changed').waitFor();
    await part('Predict');
    await page.getByRole('button', { name: 'Open The nurse' }).waitFor();
  });
});
