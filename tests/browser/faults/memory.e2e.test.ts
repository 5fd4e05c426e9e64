import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { writeShapeFolder } from '../../../models/shapes/shapeFolder.ts';
import { tinyShape } from '../../../models/shapes/shapes.ts';
import { type AppServer, builtApp, serveApp } from '../../../src/lab/index.ts';
import { FakeHub } from '../../fixtures/hub/fakeHub.ts';
import { folderRepository } from '../../fixtures/hub/repository.ts';
import { seriousFindings } from '../axe.ts';
import { launchChromium } from '../launch.ts';
import { choose, rowCounts } from '../modelsPage.ts';
import { LearnPage } from './learnPage.ts';
import { PredictPage } from './predictPage.ts';
import { patience, profile, Visit } from './visit.ts';

vi.setConfig({ testTimeout: 4 * patience, hookTimeout: 2 * patience });

const name = 'tests/tiny-smollm2';
/** Wide, so that its weights take a while. */
const shape = tinyShape('smollm2-135m', { intermediateSize: 8192, layers: 4 });

/** Chromium's IndexedDB asks for the quota again when what it heard is older than half a minute. */
const ROOM_BELIEVED_MS = 31_000;

let folder: string;
let hub: FakeHub;
let server: AppServer;
let browser: Browser;
let context: BrowserContext;
let careers: Visit;
let predict: PredictPage;
let models: Page;
/** Hears all that is said of models in memory, and says nothing. */
let outsider: Page;

// One person's visit: each test goes on where the one before ended.
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'onward-memory-'));
  writeShapeFolder(folder, shape, ['q4'], 1);
  hub = await FakeHub.start({ ...folderRepository(folder, name, 10_000), licence: 'apache-2.0' });
  server = await serveApp(await builtApp(), { hub: { origin: hub.url, downloads: [hub.cdnUrl] } });
  browser = await launchChromium([], { hasWebGpu: false });
  context = await profile(browser);
  await context.addInitScript(() => Reflect.deleteProperty(globalThis, 'showSaveFilePicker'));
  careers = await Visit.open(context, server.url);
  predict = new PredictPage(careers.page);
  await predict.computedHere();
});
afterAll(async () => {
  await browser.close();
  await server.close();
  await hub.close();
  rmSync(folder, { recursive: true });
});

const chosen = () => careers.page.getByLabel('Language model', { exact: true });
const offer = (where: string) =>
  chosen()
    .locator('option', { hasText: `${name}, q4` })
    .filter({ hasText: where });

async function openModels(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(new URL('models.html', server.url).href);
  await page.getByRole('heading', { name: 'On this device' }).waitFor();
  return page;
}

/** How many bytes the browser lets this site store from now on; as many as usual where nothing is said. */
async function allow(quotaSize?: number): Promise<void> {
  const devtools = await context.newCDPSession(careers.page);
  const { origin } = new URL(server.url);
  const quota = quotaSize === undefined ? {} : { quotaSize };
  await devtools.send('Storage.overrideQuotaForOrigin', { origin, ...quota });
}

async function takeFromOtherTab(): Promise<void> {
  const option = offer('in the memory of another tab');
  await option.waitFor({ state: 'attached' });
  await chosen().selectOption({ label: (await option.innerText()).trim() });
  await careers.page.getByText('This model is in memory only').waitFor();
  await predict.computedHere();
}

/** How many models each announcement told of. */
const heard = () => outsider.evaluate(() => (globalThis as unknown as { heard: number[] }).heard);

async function listen(): Promise<void> {
  outsider = await context.newPage();
  await outsider.goto(new URL('icon.svg', server.url).href);
  await outsider.evaluate(() => {
    const said: number[] = [];
    Object.assign(globalThis, { heard: said, ear: new BroadcastChannel('onward-held-models') });
    (globalThis as unknown as { ear: BroadcastChannel }).ear.onmessage = ({ data }) =>
      said.push((data as { models: unknown[] }).models.length);
  });
}

describe('a model from the hub', () => {
  it('that the disk has no room for stays in its tab’s memory, and answers on the sealed page with careers', async () => {
    await careers.page.reload();
    await careers.page.getByText('Sealed: this page cannot connect anywhere.').waitFor();
    await predict.computedHere();
    await listen();
    models = await openModels();
    const { files: before } = await rowCounts(models);
    await choose(models, name);
    hub.faults.set([{ kind: 'slow', path: 'onnx/model_q4.onnx', bytesPerSecond: 200_000 }]);
    await models.getByRole('button', { name: /^Download / }).click();
    // Its row and its small files are stored; then the disk is full.
    await expect.poll(async () => (await rowCounts(models)).files).toBe(before + 4);
    await models.getByRole('button', { name: `Pause ${name}` }).click();
    await allow(1);
    await new Promise((resolve) => setTimeout(resolve, ROOM_BELIEVED_MS));
    hub.faults.set([]);
    hub.seen = [];
    await models.getByRole('button', { name: `Go on with ${name}` }).click();
    const alert = models.getByRole('alert').filter({ hasText: 'There is not enough room' });
    await alert.getByRole('button', { name: 'Keep it in this tab’s memory' }).click();
    await models.getByText(`${name} is in this tab’s memory.`).waitFor();
    await models.getByRole('list', { name: 'Models in memory' }).getByRole('heading', { name }).waitFor();
    expect(await seriousFindings(models)).toEqual([]);
    expect(await rowCounts(models)).not.toHaveProperty('models');
    // What was stored was not fetched again.
    expect(new Set(hub.seen.map(({ path }) => path.split('/').at(-1)))).toEqual(new Set(['model_q4.onnx']));

    await takeFromOtherTab();
    const answer = await predict.answerTo(2030);
    await careers.kill('onward');
    expect(await predict.answerTo(2031)).not.toBe('');
    expect(await predict.answerTo(2030)).toBe(answer);
    expect(await predict.status()).toContain('This model is in memory only');
    expect(await seriousFindings(careers.page)).toEqual([]);
    // The page with careers has used it, and not said a word.
    expect(new Set(await heard())).toEqual(new Set([1]));
  });

  it('in memory carries heads and is measured like a stored one', async () => {
    await allow();
    await careers.page.getByRole('link', { name: 'Learn', exact: true }).click();
    await careers.page.getByText(`Heads read ${name} (q4)`).waitFor();
    const learn = new LearnPage(careers.page);
    await learn.invent();
    await learn.begin('head', 'On a model in memory', 2);
    await careers.page.locator('section.run').getByText('finished', { exact: true }).waitFor();

    await careers.page.goto(new URL('#bench', server.url).href);
    const form = careers.page.locator('#bench-run');
    const option = form.locator('option', { hasText: `${name}, q4` });
    await form.getByLabel('Language model').selectOption({ label: (await option.innerText()).trim() });
    await form.getByRole('button', { name: 'Measure', exact: true }).click();
    await careers.page
      .getByRole('table', { name: new RegExp(name) })
      .first()
      .waitFor({ timeout: 2 * patience });
  });

  it('in memory is offered again after a reload, and outlives its tab until the next one', async () => {
    await careers.page.goto(server.url);
    await careers.page.reload();
    await predict.computedHere();
    expect(await predict.status()).not.toContain('This model is in memory only');
    await takeFromOtherTab();
    await models.close();
    await offer('here until this page is reloaded').waitFor({ state: 'attached' });
    await expect.poll(async () => (await heard()).at(-1)).toBe(0);
    const silent = (await heard()).length;
    const answer = await predict.answerTo(2032);
    await careers.kill('onward');
    await predict.answerTo(2033);
    expect(await predict.answerTo(2032)).toBe(answer);

    await careers.page.reload();
    await predict.computedHere();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(await offer('').count()).toBe(0);
    expect(await heard()).toHaveLength(silent);
  });

  it('or from disk is kept in memory where the browser says beforehand that it has too little room', async () => {
    const page = await context.newPage();
    await page.addInitScript(() => {
      navigator.storage.estimate = () => Promise.resolve({ usage: 9_000_000, quota: 9_100_000 });
    });
    await page.goto(new URL('models.html', server.url).href);
    await choose(page, name);
    await page.getByText('The estimate may be wrong').waitFor();
    await page.getByRole('button', { name: /^Try anyway/ }).waitFor();
    await page.getByRole('button', { name: 'Keep it in this tab’s memory' }).waitFor();
    await page.getByRole('button', { name: 'Back to the list' }).click();

    await page.getByLabel('Folder of a model').setInputFiles(folder);
    await page.getByRole('button', { name: 'Keep it in this tab’s memory' }).click();
    await page.getByText('is in this tab’s memory.').waitFor();
    const list = page.getByRole('list', { name: 'Models in memory' });
    const downloading = page.waitForEvent('download');
    await list.getByRole('button', { name: /^Export as ZIP/ }).click();
    expect(readFileSync(await (await downloading).path()).length).toBeGreaterThan(3_000_000);
    await list.getByRole('button', { name: /^Let go of/ }).click();
    await page.getByText('is no longer in this tab’s memory.').waitFor();
    expect(await list.count()).toBe(0);
    await page.close();
  });
});
