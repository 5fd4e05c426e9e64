import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { writeShapeFolder } from '../../models/shapes/shapeFolder.ts';
import { shapes } from '../../models/shapes/shapes.ts';
import { type AppServer, builtApp, serveApp } from '../../src/lab/index.ts';
import { FakeHub } from '../fixtures/hub/fakeHub.ts';
import { folderRepository } from '../fixtures/hub/repository.ts';
import { launchChromium } from './launch.ts';

const patience = 300_000;
vi.setConfig({ testTimeout: 2 * patience, hookTimeout: patience });

const name = 'tests/smollm2-135m-shape';
let hub: FakeHub;
let server: AppServer;
let browser: Browser;
let page: Page;
const errors: string[] = [];

// 200 MB, on the processor. What random weights answer means nothing; that all of it is carried and computed does.
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'onward-full-shape-'));
  writeShapeFolder(folder, shapes['smollm2-135m'], ['q4'], 1);
  hub = await FakeHub.start({ ...folderRepository(folder, name), licence: 'apache-2.0' });
  rmSync(folder, { recursive: true });
  server = await serveApp(await builtApp(), { hub: { origin: hub.url, downloads: [hub.cdnUrl] } });
  browser = await launchChromium([], { hasWebGpu: false });
  page = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage();
  page.setDefaultTimeout(patience / 2);
  page.on('pageerror', (error) => errors.push(error.message));
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await hub.close();
});

/** Percentages as the list of all occupations shows them. */
const shownPercentages = () =>
  page
    .locator('#answer details', { hasText: 'Show all 333' })
    .locator('tbody tr td:nth-child(3)')
    .evaluateAll((cells) => cells.map(({ textContent }) => (textContent ?? '').replace(/\s/g, ' ').trim()));

/** The least and the most that a percentage may stand for: `62 %`, `4.1 %`, `<0.1 %`. Not numbers where it is none. */
function bounds(percentage: string): [least: number, most: number] {
  const [, below, digits, decimal] = /^(<?)(\d+(\.\d)?) %$/.exec(percentage) ?? [];
  const value = Number(digits);
  const slack = decimal === undefined ? 0.5 : 0.05;
  return below === '<' ? [0, value] : [value - slack, value + slack];
}

describe('a model of the shape of SmolLM2-135M', () => {
  it('is downloaded whole and stored', async () => {
    await page.goto(new URL('models.html', server.url).href);
    await page.getByLabel('Any other model, by its name on the hub').fill(name);
    await page.getByRole('button', { name: 'Choose it' }).click();
    await page.getByRole('button', { name: /^Download \d{3}\.\d MB$/ }).click();
    await page.getByText(`${name} is stored on this device.`).waitFor();
  });

  it('is chosen where careers are, and gives every occupation a probability', async () => {
    await page.goto(server.url);
    const model = page.getByLabel('Language model', { exact: true });
    const option = model.locator('option', { hasText: name });
    await option.waitFor({ state: 'attached' });
    await model.selectOption({ label: (await option.innerText()).trim() });
    await page.getByText(/^Ready/).waitFor();
    await page.locator('section.status', { hasText: 'q4' }).waitFor();
    await page.locator('#answer').getByText('Computed here').waitFor();
    await page.getByText('Show all 333').click();
    const shown = await shownPercentages();
    expect(shown).toHaveLength(333);
    const [least, most] = [0, 1].map((side) =>
      shown.reduce((sum, percentage) => sum + bounds(percentage)[side], 0),
    );
    expect(least).toBeLessThanOrEqual(100);
    expect(most).toBeGreaterThanOrEqual(100);
    expect(errors).toEqual([]);
  });
});
