import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { launchChromium } from './launch.ts';

// Two busy cores need a minute for what takes a second on idle ones.
const patience = 180_000;
vi.setConfig({ testTimeout: 2 * patience, hookTimeout: patience });

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium([], { hasWebGpu: false });
});
afterAll(async () => {
  await browser.close();
});

describe('when the model cannot be had', () => {
  it('says what happened and what to do, keeps the career, and works after a retry', async () => {
    const context = await browser.newContext();
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    let isBroken = true;
    await context.route('**/models/**', (route) =>
      isBroken ? route.fulfill({ status: 503, body: 'gone' }) : route.continue(),
    );
    await page.goto(inject('appUrl'));
    const note = page.getByRole('alert').first();
    await note.waitFor();
    expect(await note.innerText()).toContain('The model could not be downloaded');
    expect(await page.getByLabel('First year').count()).toBeGreaterThan(0);

    isBroken = false;
    await note.getByRole('button', { name: 'Try again' }).click();
    await page.locator('#answer').getByText('Computed here').waitFor();
    await context.close();
  });
});

describe('on a full disk', () => {
  it('runs the model from memory and says so, and a career that cannot be saved stays on the page', async () => {
    const context = await browser.newContext();
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    const { origin } = new URL(inject('appUrl'));
    const allow = (quotaSize?: number) =>
      devtools.send('Storage.overrideQuotaForOrigin', {
        origin,
        ...(quotaSize !== undefined && { quotaSize }),
      });
    await allow(1);
    await page.goto(inject('appUrl'));
    await page.locator('#answer').getByText('Computed here').waitFor();
    expect(await page.locator('main').innerText()).toContain('runs from memory');

    const education = page.getByLabel('First year').first();
    const typed = await education.inputValue();
    await page.getByRole('button', { name: 'Save on this device' }).click();
    const note = page.getByRole('alert').filter({ hasText: 'no room' });
    await note.waitFor();
    expect(await education.inputValue()).toBe(typed);

    await allow();
    await page.getByRole('button', { name: 'Save on this device' }).click();
    await page.getByRole('status').filter({ hasText: 'Saved “My career” on this device.' }).waitFor();
    expect(await note.count()).toBe(0);
    await context.close();
  });
});

describe('persistence', () => {
  it('is asked for when the person saves something, and not before; the page tells the room there is', async () => {
    const context = await browser.newContext();
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    let asked = 0;
    await page.exposeFunction('countPersistence', () => {
      asked++;
    });
    await page.addInitScript(() => {
      const persist = navigator.storage.persist.bind(navigator.storage);
      navigator.storage.persist = async () => {
        await (globalThis as unknown as { countPersistence: () => Promise<void> }).countPersistence();
        return persist();
      };
    });
    await page.goto(inject('appUrl'));
    await page.locator('#answer').getByText('Computed here').waitFor();
    expect(asked).toBe(0);
    await page.getByRole('button', { name: 'Save on this device' }).click();
    const told = page.getByRole('status').filter({ hasText: 'Saved “My career” on this device.' });
    await told.filter({ hasText: /uses [\d.]+ [kM]B of [\d.]+ [MG]B/ }).waitFor();
    expect(asked).toBe(1);
    await context.close();
  });
});

describe('without WebGPU', () => {
  it('runs on the processor and says so', async () => {
    const page = await browser.newPage();
    page.setDefaultTimeout(patience);
    await page.goto(inject('appUrl'));
    await page.getByText('Runs on your processor').waitFor();
    await page.getByText('Why this one?').click();
    expect(await page.locator('details[open]').first().innerText()).toMatch(/webgpu|graphics/i);
    await page.locator('#answer').getByText('Computed here').waitFor();
    await page.close();
  });

  it('says on the next visit what it only remembers, and measures again when asked to', async () => {
    const context = await browser.newContext();
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    const details = page.locator('details', { hasText: 'Why this one?' });
    const measureAgain = details.getByRole('button', { name: 'Measure again' });
    await page.goto(inject('appUrl'));
    await details.locator('summary').click();
    expect(await measureAgain.count()).toBe(0);

    await page.reload();
    await details.locator('summary').click();
    const year = String(new Date().getFullYear());
    expect(await details.innerText()).toMatch(new RegExp(`remembered from .*${year}`));
    await measureAgain.click();
    await details.waitFor({ state: 'detached' });
    await details.locator('summary').click();
    expect(await measureAgain.count()).toBe(0);
    expect(await details.innerText()).not.toContain('remembered');
    await context.close();
  });
});
