import type { BrowserContext } from 'playwright';
import { AppError } from '../platform/index.ts';

/** 100 MB are stored in some seconds; a slow disk and a model of 1 GB take minutes. */
const patienceMs = 900_000;

/**
 * Stores a model's folder in a browser's profile, through the Models page. Throws AppError `bad-input` with what the page
 * says against it.
 */
export async function storeFolder(
  browser: BrowserContext,
  url: string,
  { folder, dtype }: { folder: string; dtype: string | null },
): Promise<void> {
  const page = await browser.newPage();
  page.setDefaultTimeout(patienceMs);
  await page.goto(`${url}models.html`);
  await page.getByLabel('Folder of a model').setInputFiles(folder);
  const store = page.getByRole('button', { name: 'Store on this device' });
  const refusal = page.getByRole('alert');
  await store.or(refusal).first().waitFor();
  const refuse = async () => {
    throw new AppError('bad-input', ((await refusal.first().textContent()) ?? '').trim(), { folder });
  };
  if (!(await store.isVisible())) await refuse();
  if (dtype !== null) {
    const form = page.getByRole('radio', { name: new RegExp(`^${dtype},`) });
    if ((await form.count()) === 0) throw new AppError('bad-input', `${folder} has no ${dtype}`, { dtype });
    await form.check();
  }
  await store.click();
  const done = page.getByText(/ is stored on this device\.$/);
  await done.or(refusal).first().waitFor();
  if (!(await done.isVisible())) await refuse();
  await page.close();
}
