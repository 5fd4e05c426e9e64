/**
 * What carrying a model costs the models page, in Chromium, from a hub on this machine (which shares its cores):
 *   npx tsx tests/bench/modelDownload.ts [megabytes, of 300]
 * Prints one JSON object: for download, check, export and import the seconds, and how the page answered meanwhile:
 * median, 99th percentile and longest time between two frames in ms, and tasks of more than 50 ms.
 */
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { builtApp, chromiumArguments, findChromium, serveApp } from '../../src/lab/index.ts';
import { FakeHub } from '../fixtures/hub/fakeHub.ts';
import { exportRepository } from '../fixtures/hub/repository.ts';

const [megabytes = '300'] = process.argv.slice(2);
const limits = { timeout: 600_000 };
const name = 'tests/large';
const hub = await FakeHub.start(exportRepository({ name, weightBytes: Number(megabytes) * 1e6 }));
const server = await serveApp(await builtApp(), { hub: { origin: hub.url, downloads: [hub.cdnUrl] } });
const executablePath = findChromium();
const browser = await chromium.launch({
  args: [...chromiumArguments],
  ...(executablePath !== null && { executablePath }),
});
const archive = join(tmpdir(), `onward-download-${process.pid}.zip`);

// As text: what the page runs must not be rewritten for Node.
const watchFrames = `
  delete globalThis.showSaveFilePicker;
  globalThis.frames_ = { gaps: [], long: [] };
  new PerformanceObserver((list) => frames_.long.push(...list.getEntries().map((entry) => entry.duration)))
    .observe({ type: 'longtask' });
  let last = performance.now();
  const next = () => { const now = performance.now(); frames_.gaps.push(now - last); last = now; requestAnimationFrame(next); };
  next();`;
const takeFrames = `(() => {
  const gaps = frames_.gaps.splice(0).sort((a, b) => a - b);
  const at = (share) => Math.round(gaps[Math.floor(share * (gaps.length - 1))]);
  return { medianMs: at(0.5), p99Ms: at(0.99), longestMs: at(1), longTasks: frames_.long.splice(0).length };
})()`;

try {
  const page = await (await browser.newContext()).newPage();
  await page.addInitScript(watchFrames);
  await page.goto(new URL('models.html', server.url).href);
  const results: Record<string, unknown> = { megabytes: Number(megabytes) };
  const measured = async (what: string, work: () => Promise<void>): Promise<void> => {
    await page.evaluate(takeFrames);
    const start = performance.now();
    await work();
    const seconds = Number(((performance.now() - start) / 1000).toFixed(1));
    results[what] = { seconds, ...(await page.evaluate<object>(takeFrames)) };
  };
  const press = (button: string | RegExp) => page.getByRole('button', { name: button }).click();
  await page.getByLabel('Any other model').fill(name);
  await press('Choose it');
  await page.getByRole('button', { name: /^Download/ }).waitFor();
  await measured('download', async () => {
    await press(/^Download/);
    await page.getByText(`${name} is stored`).waitFor(limits);
  });
  await measured('check', async () => {
    await press('Check again');
    await page.getByText(`Every byte of ${name} is right`).waitFor(limits);
  });
  await measured('export', async () => {
    const downloading = page.waitForEvent('download', limits);
    await press('Export as ZIP');
    await (await downloading).saveAs(archive);
  });
  await press(`Remove ${name}`);
  await page.getByRole('alert').getByRole('button').first().click();
  await page.getByText('No model is stored').waitFor(limits);
  await measured('import', async () => {
    await page.getByLabel('ZIP archive or files').setInputFiles(archive);
    await press('Store on this device');
    await page.getByRole('list', { name: 'Stored models' }).waitFor(limits);
  });
  console.log(JSON.stringify(results, null, 2));
} finally {
  rmSync(archive, { force: true });
  await browser.close();
  await server.close();
  await hub.close();
}
