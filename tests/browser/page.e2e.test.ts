import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { launchChromium } from './launch.ts';

// Two busy cores need a minute for what takes a second on idle ones.
const patience = 180_000;
vi.setConfig({ testTimeout: 2 * patience, hookTimeout: patience });

let browser: Browser;
let page: Page;

// One page for all: loading the model is what takes long. On the processor, for none of this is about devices.
beforeAll(async () => {
  browser = await launchChromium([], { hasWebGpu: false });
  const context = await browser.newContext({ acceptDownloads: true });
  context.setDefaultTimeout(patience);
  page = await context.newPage();
  // Leaving with unsaved work asks the person; a test always leaves.
  page.on('dialog', (dialog) => void dialog.accept());
  await page.goto(inject('appUrl'));
});
afterAll(async () => {
  await browser.close();
});
beforeEach(async () => {
  await page.getByLabel('Begin with an example').selectOption('nurse');
});

const answerOf = (title: string) => page.getByRole('heading', { name: title });
const computedHere = () => page.locator('#answer').getByText('Computed here');
const textOnScreen = () => page.getByRole('group', { name: 'The resume text' }).innerText();

async function dropFile(name: string, content: string): Promise<void> {
  const transfer = await page.evaluateHandle(
    ([fileName, text]) => {
      const data = new DataTransfer();
      data.items.add(new File([text ?? ''], fileName ?? ''));
      return data;
    },
    [name, content],
  );
  await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

/** Names of the databases, caches and keys of this origin, and the number of careers that are kept. */
function stored(): Promise<{ keys: number; careers: number }> {
  return page.evaluate(async () => {
    let careers = 0;
    for (const { name } of await indexedDB.databases()) {
      const db = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name ?? '');
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error('cannot open'));
      });
      for (const table of [...db.objectStoreNames].filter((store) => /career|draft|setting/i.test(store))) {
        careers += await new Promise<number>((resolve) => {
          const request = db.transaction(table).objectStore(table).count();
          request.onsuccess = () => resolve(request.result);
        });
      }
      db.close();
    }
    return { keys: localStorage.length + sessionStorage.length + document.cookie.length, careers };
  });
}

describe('the page', () => {
  it('shows a worked example first, then the answer that this device computed', async () => {
    await answerOf('The career so far').waitFor();
    expect(await textOnScreen()).toContain('2001 (high school diploma or GED): Cashiers');
    await computedHere().waitFor();
    const shares = await page.locator('#answer ol .value').allInnerTexts();
    expect(shares).toHaveLength(10);
    await page.getByText('Show all 333').click();
    const all = page.locator('#answer details', { hasText: 'Show all 333' }).locator('tbody tr');
    await expect.poll(() => all.count()).toBe(333);
  });

  it('takes a career by keyboard alone, and answers it', async () => {
    await computedHere().waitFor();
    await page.getByRole('button', { name: 'Enter your own' }).focus();
    await page.keyboard.press('Enter');
    // The cursor is in the first field of an empty row.
    await page.keyboard.type('2003');
    await page.keyboard.press('Tab');
    await page.keyboard.type('2006');
    await page.keyboard.press('Tab');
    await page.keyboard.type('regist');
    await page.getByRole('option', { name: 'Registered nurses' }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Bach');
    await page.getByRole('button', { name: 'Add a year or a job' }).focus();
    await page.keyboard.press('Enter');
    // The new row carries on from the last one and has the focus.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Dragon tamer');
    await page.keyboard.press('Tab');
    await answerOf('What could come next in 2008').waitFor();
    await computedHere().waitFor();
    expect(await textOnScreen()).toContain("2006 (bachelor's degree): Registered nurses");
    expect(await textOnScreen()).toContain("2007 (bachelor's degree): Dragon tamer");
    expect(await page.getByText('Not in the list: read as text.').count()).toBe(1);

    await page.getByRole('button', { name: 'Remove row 2' }).focus();
    await page.keyboard.press('Enter');
    await answerOf('What could come next in 2007').waitFor();
    await page.getByRole('button', { name: 'Undo' }).focus();
    await page.keyboard.press('Enter');
    await answerOf('What could come next in 2008').waitFor();
    await page.getByRole('button', { name: 'Move row 2 up' }).focus();
    await page.keyboard.press('Enter');
    expect(await page.getByLabel('What the person did').first().inputValue()).toBe('Dragon tamer');
  });

  it('answers the latest of many quick edits, with the same figures as that edit alone', async () => {
    await computedHere().waitFor();
    const top = () => page.locator('#answer ol').innerText();
    const year = page.getByLabel('Year', { exact: true });
    for (let at = 2013; at <= 2024; at++) await year.fill(String(at));
    await answerOf('What could come next in 2024').waitFor();
    await computedHere().waitFor();
    const afterBurst = await top();
    await year.fill('2013');
    await answerOf('What could come next in 2013').waitFor();
    await year.fill('2024');
    await answerOf('What could come next in 2024').waitFor();
    await computedHere().waitFor();
    expect(await top()).toBe(afterBurst);
    expect(await page.getByText('the model has not seen careers like this').count()).toBe(1);
  });

  it('keeps the old answer, marked, while a row has a mistake', async () => {
    await computedHere().waitFor();
    await page.getByLabel('First year').first().fill('20x0');
    await page.getByText('Not updated yet').waitFor();
    expect(await page.getByText('Write the first year with four digits').count()).toBe(1);
    expect(await page.locator('#answer ol li').count()).toBe(10);
    expect(await page.getByRole('button', { name: 'CSV' }).count()).toBe(0);
  });

  it('looks back over the career and shows the tokens', async () => {
    await computedHere().waitFor();
    await page.getByRole('button', { name: 'Look back over the career' }).click();
    await page.getByText('The biggest surprise was').waitFor();
    const rows = page
      .locator('section', { has: answerOf('Your path so far: what was likely, what was surprising') })
      .locator('tbody tr');
    expect(await rows.count()).toBe(12);
    await page.getByLabel('Show tokens').check();
    await page.getByText(/^\d+ tokens: the pieces/).waitFor();
    const tokens = await page.locator('.token').allTextContents();
    const frame = '<A worker from the NLSY97 dataset>';
    expect(tokens.join('')).toContain(frame);
    expect(tokens.join('')).toContain('2001 (high school diploma or GED): Cashiers');
    await page.getByLabel('Show tokens').uncheck();
  });
});

describe('files', () => {
  it('reads a dropped table and lists what it could not read, with row and column', async () => {
    await dropFile(
      'me.csv',
      'start,end,title\n2001,2003,Cashiers\nsoon,2005,Cooks\n2006,2008,Registered nurses\n',
    );
    await page.getByRole('heading', { name: 'me.csv' }).waitFor();
    expect(await page.getByLabel('First year').count()).toBe(2);
    const problem = page.getByRole('group', { name: 'Problems in the file' }).locator('tbody tr').first();
    expect(await problem.locator('td').first().innerText()).toBe('3');
    expect(await problem.locator('td').nth(1).innerText()).toBe('start');
  });

  it('offers the columns of a panel and a person to choose', async () => {
    await dropFile(
      'panel.csv',
      'pid,wave,job\n7,2001,Cashiers\n7,2002,Carpenters\n8,2001,In school\n8,2002,Primary school teachers\n',
    );
    await page.getByText('2 people with 4 yearly records.').waitFor();
    expect(await page.getByLabel('Job title', { exact: true }).inputValue()).toBe('2');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('Person 8: 2 of 2').waitFor();
    expect(await textOnScreen()).toContain('Primary school teachers');
    await page.getByPlaceholder('Find a person by id').fill('7');
    await page.keyboard.press('Enter');
    await page.getByText('Person 7: 1 of 2').waitFor();
    expect(await textOnScreen()).toContain('Carpenters');
  });

  it('saves the answer as CSV and JSON that add up, and a picture', async () => {
    await computedHere().waitFor();
    const save = async (name: string): Promise<Buffer> => {
      const waiting = page.waitForEvent('download');
      await page.getByRole('button', { name, exact: true }).click();
      return readFile(await (await waiting).path());
    };
    const lines = (await save('CSV')).toString().trim().split(/\r?\n/);
    expect(lines).toHaveLength(334);
    const document = JSON.parse((await save('JSON')).toString()) as {
      career: { observations: unknown[] };
      validMass: number;
      occupations: { title: string; probability: number; rawProbability: number }[];
    };
    expect(document.career.observations).toHaveLength(12);
    expect(document.occupations.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 9);
    const raw = document.occupations.reduce((sum, { rawProbability }) => sum + rawProbability, 0);
    expect(raw).toBeCloseTo(document.validMass, 9);
    const best = document.occupations.reduce((a, b) => (b.probability > a.probability ? b : a));
    expect(lines[1]).toContain(best.title);
    expect(await page.locator('#answer ol .title').first().innerText()).toBe(best.title);
    const picture = await save('Picture');
    expect(picture.subarray(1, 4).toString()).toBe('PNG');
  });
});

describe('the list of occupations', () => {
  const inUse = (words: string) => page.locator('summary', { hasText: `Occupation list: ${words}` });

  it('can be the own one, whose problems are listed, and the default one again', async () => {
    await inUse('the default, 333 titles').click();
    await page.locator('input[aria-label="Occupation list file"]').setInputFiles({
      name: 'mine.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('code,title\n1,Cashiers\n2,Dragon tamers\n2,Cooks\nin_school,In school\n'),
    });
    await inUse('mine.csv, 3 titles').waitFor();
    const problem = page.getByRole('group', { name: 'Problems in the file' }).locator('tbody tr').first();
    expect(await problem.locator('td').first().innerText()).toBe('4');
    expect(await problem.locator('td').nth(1).innerText()).toBe('code');
    await expect.poll(() => page.locator('#answer ol .title').count(), { timeout: patience }).toBe(3);
    await computedHere().waitFor();
    const titles = await page.locator('#answer ol .title').allInnerTexts();
    expect(titles.toSorted()).toEqual(['Cashiers', 'Dragon tamers', 'In school']);
    expect(await page.getByText('plain counting').count()).toBe(0);

    await page.getByRole('button', { name: 'Use the default list' }).click();
    await inUse('the default, 333 titles').waitFor();
    await expect.poll(() => page.locator('#answer ol .title').count(), { timeout: patience }).toBe(10);
    await computedHere().waitFor();
  });

  it('stays where a file holds none', async () => {
    await page.locator('input[aria-label="Occupation list file"]').setInputFiles({
      name: 'empty.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(''),
    });
    await page.getByText('empty.csv holds no usable list').waitFor();
    expect(await inUse('the default, 333 titles').count()).toBe(1);
  });
});

describe('saving', () => {
  it('stores nothing until asked, keeps what is saved over a reload, and deletes it', async () => {
    await computedHere().waitFor();
    await page.getByLabel('First year').first().fill('1999');
    expect(await stored()).toEqual({ keys: 0, careers: 0 });
    await page.getByLabel('Name for this career').fill('The nurse');
    await page.getByRole('button', { name: 'Save on this device' }).click();
    await page.getByRole('button', { name: 'Open The nurse' }).waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Open The nurse' }).click();
    await expect.poll(() => page.getByLabel('First year').first().inputValue()).toBe('1999');
    await page.getByRole('button', { name: 'Delete The nurse' }).click();
    await page.getByRole('button', { name: 'Open The nurse' }).waitFor({ state: 'detached' });
    expect(await stored()).toEqual({ keys: 0, careers: 0 });
  });
});
