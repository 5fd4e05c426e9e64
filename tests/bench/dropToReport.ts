/**
 * From dropping a file of 500 people to a trained head with its report, in Chromium on the processor:
 *   npx tsx tests/bench/dropToReport.ts
 * Prints one JSON object with the seconds of each phase. The people are the first 500 of the held-out women of
 * ../shared/data/other-careers, whom the bundled model has not read; settings are those that the page begins with.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { openBenchPage } from './benchPage.ts';
import type { DropFigures } from './drop/page.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const source = `${root}../shared/data/other-careers/young_women_1968_1988.csv.gz`;
if (!existsSync(source)) {
  console.error('../shared/data/other-careers is absent: there is nobody to learn from.');
  process.exit(0);
}
const [header, ...rows] = gunzipSync(readFileSync(source)).toString().trim().split(/\r?\n/);
const heldOut = rows.filter((row) => /^\d*[789],/.test(row));
const ids = [...new Set(heldOut.map((row) => row.slice(0, row.indexOf(','))))].slice(0, 500);
const chosen = new Set(ids);
const csv = [header, ...heldOut.filter((row) => chosen.has(row.slice(0, row.indexOf(','))))].join('\n');

const { page, address, close } = await openBenchPage();
try {
  const begin = performance.now();
  page.on('console', (message) => {
    console.error(`${((performance.now() - begin) / 1000).toFixed(0)} s  ${message.text()}`);
  });
  await page.goto(`${address}tests/bench/drop/index.html`);
  await page.waitForFunction(() => 'dropToReport' in globalThis);
  const figures = await page.evaluate(
    (text) =>
      (globalThis as unknown as { dropToReport: (csv: string) => Promise<DropFigures> }).dropToReport(text),
    csv,
  );
  console.log(JSON.stringify(figures, null, 1));
} finally {
  await close();
}
process.exit(0);
