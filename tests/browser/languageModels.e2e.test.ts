import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { writeShapeFolder } from '../../models/shapes/shapeFolder.ts';
import { tinyShape } from '../../models/shapes/shapes.ts';
import { type AppServer, builtApp, serveApp } from '../../src/lab/index.ts';
import { FakeHub } from '../fixtures/hub/fakeHub.ts';
import { folderRepository } from '../fixtures/hub/repository.ts';
import { seriousFindings } from './axe.ts';
import { launchChromium } from './launch.ts';

const patience = 120_000;
vi.setConfig({ testTimeout: 2 * patience, hookTimeout: patience });

const name = 'tests/tiny-smollm2';
let hub: FakeHub;
let server: AppServer;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const errors: string[] = [];

// One visit, on the processor: the model of one test is the next one's.
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'onward-hub-'));
  writeShapeFolder(folder, tinyShape('smollm2-135m'), ['q4'], 1);
  hub = await FakeHub.start({ ...folderRepository(folder, name, 10_000), licence: 'apache-2.0' });
  rmSync(folder, { recursive: true });
  server = await serveApp(await builtApp(), { hub: { origin: hub.url, downloads: [hub.cdnUrl] } });
  browser = await launchChromium([], { hasWebGpu: false });
  context = await browser.newContext({ reducedMotion: 'reduce' });
  context.setDefaultTimeout(patience);
  page = await context.newPage();
  page.on('pageerror', (error) => errors.push(error.message));
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await hub.close();
});

const model = () => page.getByLabel('Language model', { exact: true });

describe('a model from the hub', () => {
  it('is downloaded on its own page, and chosen where careers are', async () => {
    await page.goto(new URL('models.html', server.url).href);
    await page.getByLabel('Any other model, by its name on the hub').fill(name);
    await page.getByRole('button', { name: 'Choose it' }).click();
    await page.getByRole('button', { name: /^Download / }).click();
    await page.getByText(`${name} is stored on this device.`).waitFor();

    await page.goto(server.url);
    await model().selectOption({ label: await labelOf(name) });
    await page.getByText(/^Ready/).waitFor();
    await page.locator('#answer').getByText('Computed here').waitFor();
    await page.getByText('Show all 333').click();
    const all = page.locator('#answer details', { hasText: 'Show all 333' }).locator('tbody tr');
    expect(await all.count()).toBe(333);
    await page.getByText('Text of many kinds, which its makers chose').waitFor();
    expect(await page.getByText('has not seen careers like this').count()).toBe(0);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('is still the one after a reload, and carries a head', async () => {
    await page.goto(new URL('#learn', server.url).href);
    await page.reload();
    await page.getByText(`Heads read ${name} (q4)`).waitFor();
    await page.getByRole('button', { name: 'How many people?' }).click();
    await page.getByLabel('People', { exact: true }).fill('60');
    await page.getByLabel('Occupations', { exact: true }).fill('6');
    await page.getByRole('button', { name: 'Invent these' }).click();
    await page.getByRole('heading', { name: 'In use: 60 invented people' }).waitFor();
    await page.getByText('Occupation head', { exact: true }).click();
    await page.getByText(/^Settings: \d+ epochs/).click();
    // The click on the button is what ends the change of the field.
    await page.locator('#learn-train').getByLabel('Epochs at most').fill('2');
    await page.getByRole('button', { name: 'Start training' }).click();
    await page.locator('section.run').getByText('finished', { exact: true }).waitFor();
  });

  it('reads examples in the prompt, too', async () => {
    const card = page.locator('#learn-experiments').getByRole('article', { name: 'Examples in the prompt' });
    await card.getByRole('button', { name: /^Run: / }).click();
    await card.getByRole('button', { name: /^Run again: / }).waitFor();
    const differences = card.getByRole('table', { name: 'Differences in perplexity' }).locator('tbody tr');
    expect(await differences.count()).toBeGreaterThan(0);
    for (const row of await differences.allInnerTexts())
      expect(row).toMatch(/(better|worse) by \d+\.\d+ ± \d+\.\d+/);
  });

  it('that was removed meanwhile is named, and the bundled one a click away', async () => {
    await page.goto(new URL('models.html', server.url).href);
    await page.getByRole('button', { name: `Remove ${name}`, exact: true }).click();
    await page
      .getByRole('alert')
      .getByRole('button', { name: `Remove ${name}` })
      .click();
    await expect.poll(() => page.getByRole('list', { name: 'Stored models' }).count()).toBe(0);
    await page.goto(server.url);
    await page.getByText('is not on this device any more').waitFor();
    await page.getByRole('button', { name: 'Use the model that comes with the app' }).click();
    await page.getByText(/^Ready/).waitFor();
    await page.locator('#answer').getByText('Computed here').waitFor();
    expect(errors).toEqual([]);
  });
});

/** As the list shows it, with its size. */
async function labelOf(wanted: string): Promise<string> {
  const option = model().locator('option', { hasText: wanted });
  await option.waitFor({ state: 'attached' });
  return (await option.innerText()).trim();
}
