import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { writeShapeFolder } from '../../models/shapes/shapeFolder.ts';
import { tinyShape } from '../../models/shapes/shapes.ts';
import { projectRoot } from '../../src/lab/index.ts';
import type { BenchEntry } from '../../src/worker/index.ts';
import { seriousFindings } from './axe.ts';
import { lab } from './labProgram.ts';
import { launchChromium } from './launch.ts';

const patience = 240_000;
vi.setConfig({ testTimeout: 2 * patience, hookTimeout: patience });

const hasModel = existsSync(join(projectRoot, 'models/manifest.json'));
let browser: Browser;
let folder: string;

beforeAll(async () => {
  browser = await launchChromium([], { hasWebGpu: false });
  folder = mkdtempSync(join(tmpdir(), 'onward-bench-'));
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

describe.skipIf(!hasModel)('the bench on the page', () => {
  it('measures the model, shows and exports the figures, and stops when told to', async () => {
    const context = await browser.newContext({ colorScheme: 'dark', viewport: { width: 390, height: 900 } });
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(inject('appUrl'));
    await page.getByText('Why this one?').click();
    await page.locator('details').getByRole('link', { name: 'How fast is it here?' }).click();
    await page.getByRole('heading', { level: 1, name: 'How fast is it here?' }).waitFor();

    const measure = page.getByRole('button', { name: 'Measure', exact: true });
    await measure.click();
    await page.getByText('Measuring what the device can do at best').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await vi.waitUntil(() => measure.isEnabled(), { timeout: patience });
    expect(await page.getByRole('table').count()).toBe(0);

    await page.getByLabel('Device').selectOption('wasm');
    await measure.click();
    const table = page.getByRole('table', { name: /on the processor/ });
    await table.waitFor();
    await page.getByText(/^Measured .* seconds\.$/).waitFor();
    for (const name of ['First answer', 'Reading', 'One at a time', 'Whole answer', 'Limit: copy', 'Memory'])
      expect(await table.getByRole('row', { name }).count()).toBeGreaterThan(0);
    expect(await seriousFindings(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );

    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'JSON' }).click();
    const file = join(folder, 'page.json');
    await (await downloading).saveAs(file);
    const [{ report, firstAnswers }] = JSON.parse(readFileSync(file, 'utf8')) as BenchEntry[];
    expect(report.machine).toMatchObject({ isCrossOriginIsolated: true });
    expect(report.machine.userAgent).toContain('Chrome');
    expect(report.prefill.map(({ tokens }) => tokens)).toEqual([64, 256, 1024]);
    expect(firstAnswers[0].timeToFirstAnswerMs).toBeGreaterThan(firstAnswers[0].loadMs);

    await page.getByRole('link', { name: 'Predict' }).click();
    await page.getByRole('link', { name: 'How fast is it on this machine?' }).click();
    await table.waitFor();
    expect(errors).toEqual([]);
    await context.close();
  });
});

describe('npm run lab -- bench', () => {
  it('stores a folder, starts it cold and warm, and measures it', async () => {
    const model = join(folder, 'tiny-smollm2');
    const out = join(folder, 'out');
    writeShapeFolder(model, tinyShape('smollm2-135m'), ['q4'], 1);
    const words = ['--base', model, '--device', 'wasm', '--runs', '1', '--out', out];
    const run = await lab('bench', ...words);
    expect(run.status, run.stderr).toBe(0);
    expect(run.stdout.trim().split('\n')).toHaveLength(1);
    const report = run.json() as unknown as BenchEntry['report'] & BenchEntry & { browser: string };
    expect(report.model).toContain('tiny-smollm2');
    expect(report.device).toMatchObject({ device: 'wasm', variant: 'q4' });
    expect(report.browser).toMatch(/^Chromium \d/);
    expect(report.firstAnswers).toMatchObject([
      { isFromCache: true, isRemembered: false },
      { isFromCache: true, isRemembered: true },
    ]);
    expect(report.decode.timing.runs).toBeGreaterThanOrEqual(32);
    expect(JSON.parse(readFileSync(join(out, 'bench.json'), 'utf8'))).toEqual(report);
    expect(readFileSync(join(out, 'bench.csv'), 'utf8')).toContain('decodeTokensPerSecond');
    expect(run.stderr).toContain('limit: product');
  });
});
