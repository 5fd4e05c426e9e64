import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { launchChromium } from '../launch.ts';
import { damageRow, deleteDatabase, holdEarlierVersion, openLaterVersion } from './databases.ts';
import { type FaultyServer, faultyServer } from './faultyServer.ts';
import { PredictPage } from './predictPage.ts';
import { patience, profile, Visit } from './visit.ts';

vi.setConfig({ testTimeout: patience, hookTimeout: patience });

const database = 'onward-careers';
const careers = { database, table: 'careers' } as const;

let browser: Browser;
let server: FaultyServer;
let context: BrowserContext;

beforeAll(async () => {
  browser = await launchChromium([], { hasWebGpu: false });
  server = await faultyServer(inject('appUrl'));
  // None of this needs the model, which takes the longest.
  server.rule = (path) => (path.includes('/models/') ? { stallAfter: 0 } : null);
});
afterAll(async () => {
  await browser.close();
  await server.close();
});
beforeEach(async () => {
  context = await profile(browser);
});
afterEach(() => context.close());

async function opened(): Promise<{ visit: Visit; page: Page; predict: PredictPage }> {
  const visit = await Visit.open(context, server.url);
  const { page } = visit;
  await page.getByLabel('First year').first().waitFor();
  return { visit, page, predict: new PredictPage(page) };
}

/** A tab of the same origin that is none of the app's. */
async function outsider(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${server.url}icon.svg`);
  return page;
}

const saved = (page: Page, name: string) => page.getByRole('button', { name: `Open ${name}`, exact: true });
const nextYear = (page: Page) => page.getByLabel('Year', { exact: true });

describe('a career', () => {
  it('cannot be saved while an old tab blocks the store: the page says which, and saves it by one click after', async () => {
    const other = await outsider();
    await holdEarlierVersion(other, database);
    const { page, predict } = await opened();
    await nextYear(page).fill('2031');
    await predict.alert('Another tab of Onward is using the store; close it').waitFor();
    expect(await nextYear(page).inputValue()).toBe('2031');
    await other.close();
    await page.getByRole('button', { name: 'Save on this device' }).click();
    await saved(page, 'My career').waitFor();
  });

  it('stays on the page when the browser clears the store under it, and is saved by one click', async () => {
    const { page, predict } = await opened();
    await predict.save('First');
    await nextYear(page).fill('2032');
    await deleteDatabase(await outsider(), database);
    expect(await nextYear(page).inputValue()).toBe('2032');
    await predict.save('Again');
    expect(await saved(page, 'Again').count()).toBe(1);
  });

  it('is saved by itself when a later release has opened the store', async () => {
    const { page, predict } = await opened();
    await predict.save('First');
    await openLaterVersion(await outsider(), database);
    await predict.save('Second');
    expect(await saved(page, 'First').count()).toBe(1);
  });

  it('in which the disk has flipped a bit is opened, and the page says that it has changed', async () => {
    const { page, predict } = await opened();
    await predict.save('Mine');
    await damageRow(await outsider(), { ...careers, field: 'history.observations.0.title', how: 'flip' });
    await predict.open('Mine');
    await page.getByText('is not as it was saved').waitFor();
  });

  it('of which the disk has kept only half is told of, and the others open', async () => {
    const { page, predict } = await opened();
    await predict.save('Half');
    await damageRow(await outsider(), { ...careers, field: 'history', how: 'remove' });
    await predict.save('Whole');
    await predict.open('Half');
    await predict.alert('“Half” is damaged on this device and cannot be read').waitFor();
    await nextYear(page).fill('2035');
    await predict.open('Whole');
    await expect.poll(() => nextYear(page).inputValue()).not.toBe('2035');
  });

  it('that two tabs save is kept twice, and the second one says so', async () => {
    const one = await opened();
    await one.predict.save('Shared');
    const two = await opened();
    await two.predict.open('Shared');
    const update = ({ page }: typeof two) => page.getByRole('button', { name: 'Update “Shared”' });
    // The second tab has read it before the first one changes it.
    await update(two).waitFor();
    await nextYear(one.page).fill('2036');
    await update(one).click();
    await one.page.getByText('Saved “Shared” on this device.').waitFor();
    await nextYear(two.page).fill('2037');
    await update(two).click();
    await two.page.getByText('Yours is saved beside it as “Shared (2)”').waitFor();
    await two.predict.open('Shared');
    await expect.poll(() => nextYear(two.page).inputValue()).toBe('2036');
    await two.predict.open('Shared (2)');
    await expect.poll(() => nextYear(two.page).inputValue()).toBe('2037');
  });

  it('stays on the page when another tab deletes everything, and is saved by one click', async () => {
    const one = await opened();
    await one.predict.save('Mine');
    await nextYear(one.page).fill('2038');
    const two = await opened();
    await two.visit.deleteEverything();
    expect(await nextYear(one.page).inputValue()).toBe('2038');
    await one.predict.save('Again');
    expect(await saved(one.page, 'Mine').count()).toBe(0);
  });

  it('is saved once where the worker is killed in the middle', async () => {
    const { visit, page } = await opened();
    await page.getByLabel('Name for this career').fill('Once');
    await page.getByRole('button', { name: 'Save on this device' }).click();
    await visit.kill('onward');
    await saved(page, 'Once').waitFor();
    expect(await saved(page, 'Once').count()).toBe(1);
  });

  it('can be edited and saved where the clock was reset to 1970', async () => {
    await context.addInitScript(() => {
      const RealDate = Date;
      const shift = RealDate.now();
      globalThis.Date = class extends RealDate {
        constructor(...given: [] | [number]) {
          super(given.length === 0 ? RealDate.now() - shift : given[0]);
        }
      } as DateConstructor;
    });
    const { page, predict } = await opened();
    await nextYear(page).fill('2020');
    await predict.save('Old');
    expect(await page.getByText('is in the future').count()).toBe(0);
    expect(await saved(page, 'Old').count()).toBe(1);
  });
});
