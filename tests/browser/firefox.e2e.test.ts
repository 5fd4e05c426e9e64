import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { findFirefox, launchFirefox, missingFirefox } from './firefox.ts';
import { FirefoxVisit, patience } from './firefoxVisit.ts';

vi.setConfig({ testTimeout: patience, hookTimeout: patience });

const executable = findFirefox();
if (executable === null) console.warn(missingFirefox);

describe.skipIf(executable === null)('in Firefox', () => {
  let browser: Browser;
  let visit: FirefoxVisit;

  // One tab for all, as one visit.
  beforeAll(async () => {
    browser = await launchFirefox(executable ?? '', inject('outboundUrl'));
    visit = await FirefoxVisit.open(browser, inject('appUrl'));
  });
  afterAll(async () => {
    await browser?.close();
  });

  it('the model runs on the processor and answers the example', async () => {
    await visit.computedHere();
    const status = await visit.page.$eval('section.status', (section) => section.textContent);
    expect(status).toContain('Runs on your processor');
    expect(await visit.page.evaluate(() => crossOriginIsolated)).toBe(true);
  });

  it('an own career is entered by keyboard, and the answer sums to 1', async () => {
    await visit.click('::-p-text(Enter your own)');
    for (const word of ['2003', '2006', 'Registered nurses']) {
      await visit.page.keyboard.type(word);
      await visit.page.keyboard.press('Tab');
    }
    await visit.see('What could come next in 2007');
    await visit.computedHere();
    const csv = await visit.saved(() => visit.click('#answer ::-p-text(CSV)'));
    const probabilities = csv
      .toString()
      .trim()
      .split('\r\n')
      .slice(1)
      .map((row) => Number(/,(0\.[\de-]+|[\d.]+e-\d+|0|1),/.exec(row)?.[1]));
    expect(probabilities).toHaveLength(333);
    expect(probabilities.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
  });

  it('a reload takes the model from the store', async () => {
    await visit.page.reload();
    await visit.computedHere();
    const stored = await visit.page.evaluate(async () =>
      (await indexedDB.databases()).map(({ name }) => name),
    );
    expect(stored).toContain('onward-weights');
    const fetched = await visit.page.evaluate(
      () => performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.onnx')).length,
    );
    expect(fetched).toBe(0);
  });

  it('people are invented and a head is trained on them', async () => {
    await visit.part('#learn');
    await visit.click('::-p-text(How many people?)');
    await visit.fill('People', 'spinbutton', '60');
    await visit.fill('Occupations', 'spinbutton', '6');
    await visit.click('::-p-text(Invent these)');
    await visit.see('In use: 60 invented people');
    await visit.click('input[type=radio][value=head]');
    await visit.click('::-p-text(Start training)');
    await visit.see('finished', 'section.run .badge');
    const figures = await visit.page.$eval('section.run dl', (list) => list.textContent);
    expect(figures).toMatch(/Best on tuning people\s*\d+\.\d\d/);
    // A sealed page tries whether it is: that one is refused on purpose.
    expect(visit.errors.filter((error) => !error.includes('seal.txt'))).toEqual([]);
  });
});
