/** `npm run icons`: draws the PNG icons of the installed app from `public/icon.svg`, in Chromium. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { findChromium, labArguments, missingChromium } from './chromium.ts';
import { projectRoot } from './projectRoot.ts';

/** A maskable icon may lose everything outside of a circle of 80 % of its width. */
const icons = [
  { name: 'icon-192.png', pixels: 192, scale: 1 },
  { name: 'icon-512.png', pixels: 512, scale: 1 },
  { name: 'icon-maskable.png', pixels: 512, scale: 0.72 },
];

const executablePath = findChromium();
if (executablePath === null) throw new Error(missingChromium);
const folder = join(projectRoot, 'public');
const drawing = await readFile(join(folder, 'icon.svg'), 'utf8');
const browser = await chromium.launch({ executablePath, headless: true, args: labArguments() });
for (const { name, pixels, scale } of icons) {
  const page = await browser.newPage({ viewport: { width: pixels, height: pixels } });
  const paper = scale < 1 ? '#0d5468' : 'transparent';
  await page.setContent(
    `<style>body { margin: 0; height: 100vh; display: grid; place-items: center; background: ${paper} } svg { width: ${scale * 100}vw }</style>${drawing}`,
  );
  await writeFile(join(folder, name), await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
