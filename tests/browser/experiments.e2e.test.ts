import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { experiments } from '../../src/evaluation/index.ts';
import { seriousFindings } from './axe.ts';
import { launchChromium } from './launch.ts';

// Two busy cores need minutes for what takes seconds on idle ones.
const patience = 120_000;
vi.setConfig({ testTimeout: 2 * patience, hookTimeout: patience });

let browser: Browser;
let page: Page;
const errors: string[] = [];

// One visit, on the processor: two invented panels, and what was answered before is the next test's.
beforeAll(async () => {
  browser = await launchChromium([], { hasWebGpu: false });
  const context = await browser.newContext({ colorScheme: 'light', reducedMotion: 'reduce' });
  context.setDefaultTimeout(patience);
  page = await context.newPage();
  page.on('dialog', (dialog) => void dialog.accept());
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`${inject('appUrl')}#learn`);
  await invent(40);
  await invent(60);
});
afterAll(async () => {
  await browser.close();
});

const section = () => page.locator('#learn-experiments');
const card = (title: string) => section().getByRole('article', { name: title });
const question = 'Small or large, with more or less data';

async function invent(people: number): Promise<void> {
  const form = page.locator('#learn-people');
  await form.getByRole('button', { name: 'How many people?' }).click();
  await form.getByLabel('People', { exact: true }).fill(String(people));
  await form.getByLabel('Occupations', { exact: true }).fill('8');
  await form.getByRole('button', { name: 'Invent these' }).click();
  await page.getByRole('heading', { name: `In use: ${people} invented people` }).waitFor();
}

describe('the paper’s questions', () => {
  it('are all there, each with what it costs; one about another population wants to know which', async () => {
    expect(await section().getByRole('article').count()).toBe(experiments.length);
    for (const { title } of experiments)
      await card(title)
        .getByText(/^Compares \d+; about \d+ /)
        .waitFor();
    const run = card(question).getByRole('button', { name: `Run: ${question}` });
    expect(await run.isDisabled()).toBe(true);
    await card(question).getByLabel('The other population').selectOption({ index: 1 });
    await expect.poll(() => run.isEnabled()).toBe(true);
  });

  it('refuse amounts of work that are none', async () => {
    const epochs = section().getByLabel('Epochs, at most');
    await epochs.fill('0');
    await section().getByText('Whole numbers, please').waitFor();
    expect(await card('Titles or codes').getByRole('button').first().isDisabled()).toBe(true);
    await epochs.fill('2');
    await expect.poll(() => section().getByText('Whole numbers, please').count()).toBe(0);
  });

  it('can be cancelled while they run, and only one runs at a time', async () => {
    const { title } = experiments[0];
    await card(title).getByRole('button', { name: 'Run' }).click();
    await card(title)
      .getByText(/of 2, “.+”:/)
      .waitFor();
    expect(await card(question).getByRole('button').first().isDisabled()).toBe(true);
    await card(title).getByRole('button', { name: 'Cancel' }).click();
    await card(title).getByText(`“${title}” is cancelled.`).waitFor();
    expect(await card(title).getByRole('progressbar').count()).toBe(0);
    expect(await card(question).getByRole('button').first().isEnabled()).toBe(true);
  });

  it('are answered with differences that the file repeats', async () => {
    await card(question)
      .getByRole('button', { name: `Run: ${question}` })
      .click();
    await card(question)
      .getByRole('button', { name: `Run again: ${question}` })
      .waitFor();
    const differences = card(question).getByRole('table', { name: 'Differences in perplexity' });
    const shown = await differences.locator('tbody tr').allInnerTexts();
    expect(shown).toHaveLength(4);
    await card(question).getByText('The same as a table').click();
    const arms = card(question).getByRole('table', { name: 'Perplexity of each' }).locator('tbody tr');
    expect(await arms.count()).toBe(4);
    await card(question).getByText('Answers are kept until this page is closed').waitFor();

    const waiting = page.waitForEvent('download');
    await card(question).getByRole('button', { name: 'JSON' }).click();
    const report = JSON.parse(await readFile(await (await waiting).path(), 'utf8')) as {
      arms: { epochs: number; learnedFrom: { others: number } }[];
      contrasts: { difference: number; standardError: number }[];
      comparison: { models: { metrics: { perplexity: number } }[] };
    };
    expect(report.arms.map(({ epochs }) => epochs)).toEqual([2, 2, 2, 2]);
    expect(report.arms.map(({ learnedFrom }) => learnedFrom.others > 0)).toEqual([false, false, true, true]);
    report.contrasts.forEach(({ difference, standardError }, row) => {
      const side = difference < 0 ? 'better' : 'worse';
      const words = `${side} by ${Math.abs(difference).toFixed(2)} ± ${standardError.toFixed(2)}`;
      expect(shown[row]).toContain(words);
      const isClear = Math.abs(difference) > 2 * standardError;
      expect(shown[row]).toContain(isClear ? 'clear: more than' : 'may be chance');
    });
    const [first] = await arms.allInnerTexts();
    expect(first).toContain(report.comparison.models[0].metrics.perplexity.toFixed(2));
  });

  it.each([
    { theme: 'light', width: 1440 },
    { theme: 'dark', width: 390 },
  ] as const)('have nothing serious for axe, $theme at $width px', async ({ theme, width }) => {
    await page.setViewportSize({ width, height: 900 });
    const turn = page.getByRole('button', { name: `Switch to ${theme} colours` });
    if (await turn.isVisible()) await turn.click();
    expect(await seriousFindings(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    // Labels of the chart stay inside of it.
    const chart = await card(question).locator('figure .chart').boundingBox();
    for (const label of await card(question).locator('figure text:not(.lc-axis-tick-label)').all()) {
      const box = await label.boundingBox();
      expect(box?.x).toBeGreaterThanOrEqual(chart?.x ?? NaN);
      expect((box?.x ?? NaN) + (box?.width ?? NaN)).toBeLessThanOrEqual(
        (chart?.x ?? NaN) + (chart?.width ?? NaN),
      );
    }
  });

  it('are answered about the people in use, and gone with the page', async () => {
    await page.locator('#learn-people').getByRole('button', { name: 'Use' }).first().click();
    await page.getByRole('heading', { name: 'In use: 40 invented people' }).waitFor();
    expect(await section().getByRole('button', { name: 'Run again' }).count()).toBe(0);
    await page.reload();
    await section().getByText('Choose or invent people first').waitFor();
    expect(errors).toEqual([]);
  });
});
