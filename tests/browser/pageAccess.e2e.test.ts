import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { seriousFindings } from './axe.ts';
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

describe.each([
  { theme: 'light', width: 1440 },
  { theme: 'dark', width: 390 },
] as const)('$theme at $width px', ({ theme, width }) => {
  it('has nothing serious for axe with everything open, and does not scroll sideways', async () => {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme: theme,
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) errors.push(message.text());
    });
    await page.goto(inject('appUrl'));
    await page.locator('#answer').getByText('Computed here').waitFor();
    await page.getByRole('button', { name: 'Look back over the career' }).click();
    await page.getByText('The biggest surprise was').waitFor();
    for (const summary of await page.locator('summary').all()) await summary.click();
    await page.getByLabel('What the person did').first().fill('nurse');
    await page.getByRole('option', { name: 'Registered nurses' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    expect(errors).toEqual([]);
    await context.close();
  });
});

describe('the theme switch', () => {
  it('turns the page dark and light again', async () => {
    const page = await browser.newPage({ colorScheme: 'light' });
    await page.goto(inject('appUrl'));
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await paper();
    await page.getByRole('button', { name: 'Switch to dark colours' }).click();
    expect(await paper()).not.toBe(light);
    await page.getByRole('button', { name: 'Switch to light colours' }).click();
    expect(await paper()).toBe(light);
    await page.close();
  });
});
