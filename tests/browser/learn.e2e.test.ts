import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { seriousFindings } from './axe.ts';
import { readPredictions } from '../fixtures/predictionFiles.ts';
import { launchChromium } from './launch.ts';

// Two busy cores need minutes for what takes seconds on idle ones.
const patience = 120_000;
vi.setConfig({ testTimeout: 2 * patience, hookTimeout: patience });

let browser: Browser;
let context: BrowserContext;
let page: Page;
const errors: string[] = [];

// One page for all, as one visit: the panel and the run of one test are the next one's. On the processor.
beforeAll(async () => {
  browser = await launchChromium([], { hasWebGpu: false });
  context = await browser.newContext({
    acceptDownloads: true,
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(patience);
  page = await context.newPage();
  page.on('dialog', (dialog) => void dialog.accept());
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(inject('appUrl'));
});
afterAll(async () => {
  await browser.close();
});

const run = () => page.locator('section.run');
const sidewaysScroll = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

/** Moves the focus by the Tab key until it is on the control of that name. */
async function tabTo(name: string): Promise<void> {
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => document.activeElement?.textContent.trim() ?? '');
    if (focused === name) return;
  }
  throw new Error(`Tab does not reach “${name}”`);
}

describe('the part that trains', () => {
  it('is reached by its link: focus, title and address follow', async () => {
    await page.getByRole('link', { name: 'Learn', exact: true }).click();
    await page.getByRole('heading', { name: 'People to learn from' }).waitFor();
    expect(new URL(page.url()).hash).toBe('#learn');
    expect(await page.title()).toContain('learn from your own careers');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
  });

  it('goes from nothing to a trained model by keyboard alone, the optimum on its chart', async () => {
    await tabTo('How many people?');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.type('150');
    await page.keyboard.press('Tab');
    await page.keyboard.type('8');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'In use: 150 invented people' }).waitFor();
    await page.getByText('The best possible perplexity on its test people').waitFor();

    await tabTo('Settings: 20 epochs at most, seed 1');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.type('3');
    await tabTo('Start training');
    await page.keyboard.press('Enter');
    await run().getByText('finished', { exact: true }).waitFor();
    await run().getByText('The same as a table').click();
    const table = run().getByRole('group', { name: 'Perplexity by epoch' }).locator('tbody tr');
    const cells = (await table.allInnerTexts()).map((row) => row.split('\t'));
    expect(cells.slice(0, 3).map(([epoch]) => epoch)).toEqual(['1', '2', '3']);
    expect(cells.slice(0, 3).every(([, , tuning]) => Number(tuning) > 1 && Number(tuning) < 11)).toBe(true);
    await expect.poll(() => table.filter({ hasText: 'mixture of tables' }).count()).toBe(1);
    expect(await table.filter({ hasText: 'best possible' }).count()).toBe(1);
    // One real person's distribution, which sums to 1 and so cannot exceed it.
    const shares = await run().locator('.example .value').allInnerTexts();
    const sum = shares.map((share) => parseFloat(share.replace('<', ''))).reduce((a, b) => a + b, 0);
    expect(sum).toBeGreaterThan(30);
    expect(sum).toBeLessThan(101);
  });

  it('proves it on the held-out people: figures, paired differences, and files that say the same', async () => {
    const proof = page.locator('#learn-proof');
    await proof.getByLabel('Language model as it ships').uncheck();
    await proof.getByRole('button', { name: 'Measure these 3 models' }).click();
    await proof.getByRole('heading', { name: 'How well they predict 150 invented people' }).waitFor();
    const figures = proof.getByRole('table', { name: 'The figures' }).locator('tbody tr');
    expect(await figures.count()).toBe(3);
    const shown = (await figures.filter({ hasText: 'CAREER 1' }).locator('td').first().innerText()).split(
      ' ',
    );
    expect(shown[1]).toBe('±');
    const differences = proof.getByRole('table', { name: 'Differences in perplexity' });
    expect(await differences.locator('tbody tr').count()).toBe(2);
    expect(await proof.getByText(/people are few/).count()).toBe(1);

    const waiting = page.waitForEvent('download');
    await proof.getByRole('button', { name: 'JSON' }).click();
    const report = JSON.parse(await readFile(await (await waiting).path(), 'utf8')) as {
      counts: { people: number };
      models: { name: string; metrics: { perplexity: number } }[];
    };
    const career = report.models.find(({ name }) => name === 'CAREER 1');
    expect(career?.metrics.perplexity.toFixed(2)).toBe(shown[0]);
    await proof.getByText(`${report.counts.people} held-out people`).waitFor();
  });

  it.each(['csv', 'parquet'] as const)(
    'saves what a model says of each held-out person, with the perplexity of the report (%s)',
    async (format) => {
      const proof = page.locator('#learn-proof');
      const form = proof.locator('details', { hasText: 'Save predictions of each held-out person' });
      if ((await form.getAttribute('open')) === null) await form.locator('summary').click();
      await form.getByLabel('Model', { exact: true }).selectOption('CAREER 1');
      await form.getByLabel('Format').selectOption(format);
      const waiting = page.waitForEvent('download');
      await form.getByRole('button', { name: 'Save predictions' }).click();
      const download = await waiting;
      expect(download.suggestedFilename()).toBe(`onward-predictions.${format}`);
      const read = await readPredictions(new Blob([await readFile(await download.path())]), format);
      const nll = read.reduce(
        (sum, { probabilities, observedCode }) =>
          sum - Math.log(probabilities.get(`p_${observedCode}`) ?? NaN) / read.length,
        0,
      );
      const figures = proof.getByRole('table', { name: 'The figures' }).locator('tbody tr');
      const shown = await figures.filter({ hasText: 'CAREER 1' }).locator('td').first().innerText();
      expect(Math.exp(nll).toFixed(2)).toBe(shown.split(' ')[0]);
      await form.getByText(`Saved onward-predictions.${format}`).waitFor();
    },
  );

  it.each([
    { theme: 'light', width: 1440 },
    { theme: 'dark', width: 390 },
  ] as const)('has nothing serious for axe, $theme at $width px', async ({ theme, width }) => {
    await page.setViewportSize({ width, height: 900 });
    const turn = page.getByRole('button', { name: `Switch to ${theme} colours` });
    if (await turn.isVisible()) await turn.click();
    const all = page.locator('details');
    await all.evaluateAll((found) => found.forEach((details) => details.setAttribute('open', '')));
    expect(await seriousFindings(page)).toEqual([]);
    expect(await sidewaysScroll()).toBeLessThanOrEqual(0);
  });

  it('carries the model away as files, and takes them in again', async () => {
    const carry = page.locator('#learn-carry');
    const waiting = page.waitForEvent('download');
    await carry.getByRole('button', { name: 'Save as files: CAREER 1' }).click();
    const archive = await readFile(await (await waiting).path());
    const files = page.getByLabel('Files of a model');
    const damaged = Buffer.from(archive);
    damaged.fill(0, 200, 400);
    await files.setInputFiles({ name: 'bad.zip', mimeType: 'application/zip', buffer: damaged });
    await carry.getByRole('alert').waitFor();
    await files.setInputFiles({ name: 'again.zip', mimeType: 'application/zip', buffer: archive });
    await carry.getByText('“again” is here').waitFor();
    expect(await carry.getByRole('listitem').count()).toBe(2);
  });

  it('still lists the run after a reload, and forgets the people that nobody stored', async () => {
    await page.reload();
    const rows = page.getByRole('group', { name: 'Runs on this device' }).locator('tbody tr');
    await rows.first().waitFor();
    expect(await rows.count()).toBe(1);
    expect(await rows.first().innerText()).toContain('finished');
    expect(await page.getByText('In use:').count()).toBe(0);
    expect(errors).toEqual([]);
  });
});

describe('a model that was trained here', () => {
  const answer = () => page.locator('#answer');

  it('is asked about a career, for its own list, and stays chosen over a reload', async () => {
    await page.getByRole('button', { name: 'Ask it about a career' }).first().click();
    await answer().getByText('“CAREER 1” predicts another list of occupations').waitFor();
    await answer().getByText('Computed here').waitFor();
    await answer().getByRole('button', { name: 'Use its 10 titles' }).click();
    await answer().getByText('By your model “CAREER 1”: CAREER, learned from').waitFor();
    await answer().getByText('of “150 invented people').first().waitFor();
    const shown = () => answer().getByRole('radio', { name: 'Show CAREER 1' });
    expect(await shown().isChecked()).toBe(true);

    await page.reload();
    await answer().getByText('By your model “CAREER 1”: CAREER, learned from').waitFor();
    expect(await shown().isChecked()).toBe(true);
    expect(await answer().locator('tbody tr').count()).toBe(2);
    expect(new URL(page.url()).hash).toBe('');
  });

  it('gives way to what ships, with a word about it, when it was deleted', async () => {
    await page.getByRole('link', { name: 'Learn', exact: true }).click();
    const carry = page.locator('#learn-carry');
    await carry.getByRole('button', { name: 'Delete CAREER 1' }).click();
    await carry.getByRole('button', { name: 'Delete', exact: true }).click();
    await carry.getByText('“CAREER 1” is deleted').waitFor();
    await page.getByRole('link', { name: 'Predict', exact: true }).click();
    await answer().getByText('“CAREER 1” is no longer on this device').waitFor();
    await page.reload();
    await answer().getByText('Computed here').waitFor();
    expect(await answer().getByText('no longer on this device').count()).toBe(0);
    await page.getByRole('link', { name: 'Learn', exact: true }).click();
    expect(errors).toEqual([]);
  });
});

describe('a file of one’s own', () => {
  it('is told with all its problems before anything is kept, and kept where one says so', async () => {
    const people = Array.from({ length: 30 }, (_, person) => [
      `${person},2001,Beekeepers,male`,
      `${person},${person === 3 ? 'soon' : 2002},Dragon tamers,male`,
    ]);
    const panel = `pid,wave,job,sex\n${people.flat().join('\n')}\n`;
    const file = { name: 'guild.csv', mimeType: 'text/csv', buffer: Buffer.from(panel) };
    await page.getByLabel('Panel file').setInputFiles(file);
    await page.getByText('30 people with 59 observations').waitFor();
    expect(await page.getByLabel('Population, where').inputValue()).toBe('guild dataset');
    const problem = page.getByRole('group', { name: 'Problems in the panel' }).locator('tbody tr').first();
    expect(await problem.innerText()).toMatch(/1\s+wave\s+“soon”.*Row 9/s);
    await page.getByText('59 observations (100').waitFor();
    await page.getByText('The titles of this panel').click();
    await page.getByRole('button', { name: 'Use these people' }).click();
    await page.getByRole('heading', { name: 'In use: guild' }).waitFor();
    await page.getByRole('button', { name: 'Store on this device' }).click();
    await page.getByText('“guild” is stored on this device').waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'In use: guild' }).waitFor();

    await page.getByText('Ask the models about one of them').click();
    await page.getByRole('button', { name: 'Open this career' }).click();
    await page.getByRole('heading', { name: 'The career so far' }).waitFor();
    expect(await page.getByLabel('What the person did').first().inputValue()).toBe('Beekeepers');
    await page.getByRole('link', { name: 'Learn', exact: true }).click();
    await page.getByRole('heading', { name: 'In use: guild' }).waitFor();
    await page.locator('#learn-people').getByRole('button', { name: 'Delete' }).click();
    await page.locator('#learn-people').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('“guild” is deleted').waitFor();
  });
});
