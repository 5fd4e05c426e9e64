import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import type { Browser } from 'playwright';
import { launchChromium } from '../launch.ts';
import { faultyServer, type FaultyServer } from './faultyServer.ts';
import { profile, Visit } from './visit.ts';
vi.setConfig({ testTimeout: 200000, hookTimeout: 200000 });
let browser: Browser; let server: FaultyServer;
beforeAll(async () => { browser = await launchChromium([], { hasWebGpu: false }); server = await faultyServer(inject('appUrl')); });
afterAll(async () => { await browser.close(); await server.close(); });
it('times', async () => {
  const t0 = performance.now(); const lap = (s: string) => console.log(s, Math.round(performance.now() - t0));
  const context = await profile(browser);
  const visit = await Visit.open(context, server.url);
  const { page } = visit;
  page.on('console', (m) => console.log('page:', m.text()));
  const answer = page.locator('#answer');
  await answer.getByText('Computed here').waitFor(); lap('first');
  const shares = () => page.locator('#answer ol').innerText();
  const year = page.getByLabel('Year', { exact: true });
  await year.fill('2015'); await page.getByRole('heading', { name: 'next in 2015' }).waitFor(); await answer.getByText('Computed here').waitFor(); lap('edit');
  const before = await shares();
  for (const fault of [{ kind: 'zeros', times: 1 }, { kind: 'nans', times: 1 }, { kind: 'end', after: 0 }, { kind: 'crash', after: 0 }] as const) {
    await visit.order('onward', fault); lap('armed ' + fault.kind);
    await year.fill('2016'); await page.getByRole('heading', { name: 'next in 2016' }).waitFor(); await answer.getByText('Computed here').waitFor(); lap('edit 2016');
    console.log(await page.locator('section.status').innerText());
    await year.fill('2015'); await page.getByRole('heading', { name: 'next in 2015' }).waitFor(); await answer.getByText('Computed here').waitFor(); lap('edit 2015');
    expect(await shares()).toBe(before);
  }
  await page.reload(); await answer.getByText('Computed here').waitFor(); lap('reload');
  await page.goto(server.url + '#learn'); await page.getByRole('heading', { name: 'People to learn from' }).waitFor(); lap('learn');
  await page.getByRole('button', { name: /Invent/ }).click(); lap('invent');
  await page.getByRole('heading', { name: /In use/ }).waitFor(); lap('in use');
  await context.close();
});
