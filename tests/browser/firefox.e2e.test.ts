import type { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { findFirefox, launchFirefox, missingFirefox } from './firefox.ts';

const patience = 240_000;
vi.setConfig({ testTimeout: patience, hookTimeout: patience });

const executable = findFirefox();
if (executable === null) console.warn(missingFirefox);

describe.skipIf(executable === null)('in Firefox', () => {
  let browser: Browser;
  let page: Page;
  const errors: string[] = [];

  // One tab for all, as one visit.
  beforeAll(async () => {
    browser = await launchFirefox(executable ?? '');
    page = await browser.newPage();
    page.setDefaultTimeout(patience / 2);
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('dialog', (dialog) => void dialog.accept());
    await page.goto(inject('appUrl'));
  });
  afterAll(async () => {
    await browser?.close();
  });

  const computedHere = () => page.waitForSelector('#answer ::-p-text(Computed here)');
  const click = async (selector: string) => {
    const element = await page.waitForSelector(selector);
    await element?.click();
  };

  /** The text of the file that a button saves. */
  async function savedFile(button: string): Promise<string> {
    await page.evaluate(() => {
      const create = URL.createObjectURL.bind(URL);
      URL.createObjectURL = (blob: Blob) => {
        Object.assign(globalThis, { savedBlob: blob });
        return create(blob);
      };
    });
    await click(`#answer ::-p-text(${button})`);
    await page.waitForFunction(() => 'savedBlob' in globalThis);
    return page.evaluate(() => (globalThis as unknown as { savedBlob: Blob }).savedBlob.text());
  }

  it('the model runs on the processor and answers the example', async () => {
    await computedHere();
    const status = await page.$eval('section.status', (section) => section.textContent);
    expect(status).toContain('Runs on your processor');
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  });

  it('an own career is entered by keyboard, and the answer sums to 1', async () => {
    await click('::-p-text(Enter your own)');
    for (const word of ['2003', '2006', 'Registered nurses']) {
      await page.keyboard.type(word);
      await page.keyboard.press('Tab');
    }
    await page.waitForSelector('::-p-text(What could come next in 2007)');
    await computedHere();
    const csv = await savedFile('CSV');
    const probabilities = csv
      .trim()
      .split('\r\n')
      .slice(1)
      .map((row) => Number(/,(0\.[\de-]+|[\d.]+e-\d+|0|1),/.exec(row)?.[1]));
    expect(probabilities).toHaveLength(333);
    expect(probabilities.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
  });

  it('a reload takes the model from the store', async () => {
    await page.reload();
    await computedHere();
    const stored = await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
    expect(stored).toContain('onward-weights');
    const fetched = await page.evaluate(
      () => performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.onnx')).length,
    );
    expect(fetched).toBe(0);
  });

  it('people are invented and a head is trained on them', async () => {
    await page.goto(`${inject('appUrl')}#learn`);
    await click('::-p-text(How many people?)');
    const fill = async (label: string, value: string) => {
      const field = await page.waitForSelector(`aria/${label}[role="spinbutton"]`);
      await field?.click({ count: 3 });
      await page.keyboard.type(value);
    };
    await fill('People', '60');
    await fill('Occupations', '6');
    await click('::-p-text(Invent these)');
    await page.waitForSelector('::-p-text(In use: 60 invented people)');
    await click('input[type=radio][value=head]');
    await click('::-p-text(Start training)');
    await page.waitForSelector('section.run .badge ::-p-text(finished)');
    const figures = await page.$eval('section.run dl', (list) => list.textContent);
    expect(figures).toMatch(/Best on tuning people\s*\d+\.\d\d/);
    // A sealed page tries whether it is: that one is refused on purpose.
    expect(errors.filter((error) => !error.includes('seal.txt'))).toEqual([]);
  });
});
