import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launchChromium } from './launch.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
});

describe('when the model cannot be had', () => {
  it('says what happened and what to do, keeps the career, and works after a retry', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    let isBroken = true;
    await context.route('**/models/**', (route) =>
      isBroken ? route.fulfill({ status: 503, body: 'gone' }) : route.continue(),
    );
    await page.goto(inject('appUrl'));
    const note = page.getByRole('alert').first();
    await note.waitFor({ timeout: 60_000 });
    expect(await note.innerText()).toContain('The model could not be downloaded');
    expect(await page.getByLabel('First year').count()).toBeGreaterThan(0);

    isBroken = false;
    await note.getByRole('button', { name: 'Try again' }).click();
    await page.locator('#answer').getByText('Computed here').waitFor({ timeout: 90_000 });
    await context.close();
  });
});

describe('without WebGPU', () => {
  it('runs on the processor and says so', async () => {
    const plain = await launchChromium([], { hasWebGpu: false });
    try {
      const page = await plain.newPage();
      await page.goto(inject('appUrl'));
      await page.getByText('Runs on your processor').waitFor({ timeout: 90_000 });
      await page.getByText('Why this one?').click();
      expect(await page.locator('details[open]').first().innerText()).toMatch(/webgpu|graphics/i);
      await page.locator('#answer').getByText('Computed here').waitFor({ timeout: 60_000 });
    } finally {
      await plain.close();
    }
  });
});
