import type { BrowserContext, Page } from 'playwright';
import { inject } from 'vitest';
import { launchChromium } from '../launch.ts';
import { type FaultyServer, faultyServer } from './faultyServer.ts';
import { LearnPage } from './learnPage.ts';
import { profile, Visit } from './visit.ts';

/** A tab of the app in which the same people were invented as in every other. */
export interface LearnTab {
  visit: Visit;
  learn: LearnPage;
}

/** A profile with such a tab, and with a run that nothing disturbed. */
export interface LearnVisit extends LearnTab {
  server: FaultyServer;
  context: BrowserContext;
  /** A tab of the same origin that is none of the app's. */
  outsider: Page;
  /** Perplexities of that run: whatever another one survives, it ends in the same. */
  right: readonly string[];
  readonly close: () => Promise<void>;
}

export async function openLearnVisit(kind: string, epochs: number): Promise<LearnVisit> {
  const browser = await launchChromium([], { hasWebGpu: false });
  const server = await faultyServer(inject('appUrl'));
  const context = await profile(browser);
  const outsider = await context.newPage();
  await outsider.goto(`${server.url}icon.svg`);
  const tab = await openLearnTab(context, server);
  await tab.learn.begin(kind, 'Undisturbed', epochs);
  const right = await tab.learn.finished();
  const close = async () => {
    await browser.close();
    await server.close();
  };
  return { ...tab, server, context, outsider, right, close };
}

export async function openLearnTab(context: BrowserContext, { url }: FaultyServer): Promise<LearnTab> {
  const visit = await Visit.open(context, `${url}#learn`);
  const learn = new LearnPage(visit.page);
  await visit.page.getByRole('heading', { name: 'People to learn from' }).waitFor();
  await learn.invent();
  return { visit, learn };
}
