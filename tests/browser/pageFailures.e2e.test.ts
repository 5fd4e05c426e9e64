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
});
