import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { writeShapeFolder } from '../../models/shapes/shapeFolder.ts';
import { tinyShape } from '../../models/shapes/shapes.ts';
import { type AppServer, builtApp, serveApp } from '../../src/lab/index.ts';
import { FakeHub } from '../fixtures/hub/fakeHub.ts';
import { folderRepository } from '../fixtures/hub/repository.ts';
import { findFirefox, launchFirefox } from './firefox.ts';
import { FirefoxVisit, patience } from './firefoxVisit.ts';

vi.setConfig({ testTimeout: patience, hookTimeout: patience });

const name = 'tests/tiny-smollm2';
const executable = findFirefox();

// One person's days with the app in one tab: each test goes on where the one before ended.
describe.skipIf(executable === null)('days with the app in Firefox', () => {
  const folder = mkdtempSync(join(tmpdir(), 'onward-firefox-'));
  let hub: FakeHub;
  let server: AppServer;
  let browser: Browser;
  let visit: FirefoxVisit;

  beforeAll(async () => {
    const model = join(folder, 'model');
    writeShapeFolder(model, tinyShape('smollm2-135m'), ['q4'], 1);
    hub = await FakeHub.start({ ...folderRepository(model, name, 10_000), licence: 'apache-2.0' });
    server = await serveApp(await builtApp(), { hub: { origin: hub.url, downloads: [hub.cdnUrl] } });
    browser = await launchFirefox(executable ?? '', inject('outboundUrl'));
    visit = await FirefoxVisit.open(browser, new URL('models.html', server.url).href);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await hub?.close();
    rmSync(folder, { recursive: true });
  });

  /** Where the run on screen stands. */
  const badge = () => visit.page.$eval('section.run .badge', (element) => element.textContent);
  const tuningFigure = () =>
    visit.page.$eval(
      'section.run dl',
      (list) => /Best on tuning people\s*(\d+\.\d+)/.exec(list.textContent ?? '')?.[1] ?? '',
    );

  async function invent(): Promise<void> {
    await visit.click('::-p-text(How many people?)');
    await visit.fill('People', 'spinbutton', '60');
    await visit.fill('Occupations', 'spinbutton', '6');
    await visit.button('Invent these');
    await visit.see('In use: 60 invented people');
  }

  async function beginCareer(run: string, epochs: number): Promise<void> {
    await visit.click('input[type=radio][value=career]');
    await visit.page.$$eval('#learn-train form details', (all) => all.forEach((each) => (each.open = true)));
    await visit.fill('Epochs at most', 'spinbutton', String(epochs));
    await visit.fill('Epochs without progress before it stops', 'spinbutton', '500');
    await visit.fill('Name', 'textbox', run);
    await visit.button('Start training');
    await visit.see(run, 'section.run');
  }

  it('a model is downloaded from the hub, each byte of it right', async () => {
    await visit.fill('Any other model, by its name on the hub', 'textbox', name);
    await visit.button('Choose it');
    await visit.click('::-p-xpath(//button[starts-with(normalize-space(), "Download ")])');
    await visit.see(`${name} is stored on this device.`);
    await visit.button(`Check again: ${name}`);
    await visit.see(`Every byte of ${name} is right.`);
  });

  it('is chosen in place of the bundled one, and answers', async () => {
    await visit.page.goto(server.url);
    await visit.page.waitForFunction(
      (wanted) => [...document.querySelectorAll('option')].some(({ text }) => text.includes(wanted)),
      {},
      name,
    );
    const list = await visit.page.waitForSelector('aria/Language model[role="combobox"]');
    const value = await list?.evaluate(
      (element, wanted) =>
        [...(element as HTMLSelectElement).options].find(({ text }) => text.includes(wanted))?.value ?? '',
      name,
    );
    await list?.select(value ?? '');
    await visit.see('Text of many kinds, which its makers chose');
    await visit.computedHere();
    await visit.click('::-p-text(Show all 333)');
    expect(await visit.page.$$eval('#answer details[open] tbody tr', (rows) => rows.length)).toBe(333);
  });

  it('a run goes on after a reload in its middle, to the same end', async () => {
    await visit.part('#learn');
    await invent();
    await beginCareer('Undisturbed', 12);
    await visit.see('finished', 'section.run .badge');
    const right = await tuningFigure();
    await beginCareer('Disturbed', 12);
    // A first state is kept, and more is to come.
    await visit.page.waitForFunction(
      () =>
        new Promise<boolean>((resolve) => {
          const opening = indexedDB.open('onward-careers');
          opening.onsuccess = () => {
            const counting = opening.result.transaction('checkpoints').objectStore('checkpoints').count();
            counting.onsuccess = () => {
              opening.result.close();
              resolve(counting.result > 0);
            };
          };
        }),
      { polling: 50 },
    );
    await visit.page.reload();
    await invent();
    await visit.button('Disturbed');
    expect(await badge()).not.toBe('finished');
    await visit.button('Go on');
    await visit.see('finished', 'section.run .badge');
    expect(await tuningFigure()).toBe(right);
  });

  it('a panel file is read, with its problems', async () => {
    const people = Array.from({ length: 30 }, (_, person) => [
      `${person},2001,Beekeepers,male`,
      `${person},${person === 3 ? 'soon' : 2002},Dragon tamers,male`,
    ]);
    const file = join(folder, 'guild.csv');
    writeFileSync(file, `pid,wave,job,sex\n${people.flat().join('\n')}\n`);
    await visit.give('Panel file', file);
    await visit.see('30 people with 59 observations');
    await visit.see('“soon”');
    await visit.button('Use these people');
    await visit.see('In use: guild');
  });

  it('everything leaves as one file, is deleted to the last row, and comes in again', async () => {
    await visit.part('');
    await visit.fill('Name for this career', 'textbox', 'The nurse');
    await visit.button('Save on this device');
    await visit.see('Saved “The nurse” on this device.');
    await visit.part('#privacy');
    const backup = await visit.saved(() => visit.button('Save everything as one file'));
    const file = join(folder, 'backup.zip');
    writeFileSync(file, backup);
    await visit.button('Delete everything this site keeps here…');
    await visit.button('Delete everything');
    // Firefox's estimate of bytes, and with it the heading, may lag behind.
    await visit.see('Asked just now, the browser reports for this site');
    const left = await visit.page.evaluate(async () => ({
      databases: await indexedDB.databases(),
      caches: await caches.keys(),
      keys: localStorage.length + sessionStorage.length,
    }));
    expect(left).toEqual({ databases: [], caches: [], keys: 0 });
    await visit.click('aria/load the page again[role="link"]');
    await visit.computedHere();
    await visit.part('#privacy');
    await visit.give('A backup', file);
    await visit.button('Bring in');
    await visit.see('Nothing that was here has changed');
  });

  it('the next visit is sealed, and answers without its server', async () => {
    await visit.see('This version is stored on this device.');
    await server.close();
    await visit.page.goto(server.url);
    await visit.computedHere();
    await visit.see('Sealed: this page cannot connect anywhere.');
    expect(await visit.page.evaluate(() => crossOriginIsolated)).toBe(true);
    await visit.button('Open The nurse');
    // A sealed page tries whether it is: that one is refused on purpose.
    expect(visit.errors.filter((error) => !error.includes('seal.txt'))).toEqual([]);
    const refused = () =>
      fetch('/').then(
        () => 'reached',
        () => 'refused',
      );
    expect(await visit.page.evaluate(refused)).toBe('refused');
  });
});
