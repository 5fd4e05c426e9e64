import { resolve } from 'node:path';
import { chromium, type Page } from 'playwright';
import { AppError } from '../platform/index.ts';
import type { BaseModel } from './baseModel.ts';
import { builtApp } from './builtApp.ts';
import { findChromium, labArguments, missingChromium } from './chromium.ts';
import type { LabBridge, LabEvent, LabGlobal, Outcome } from './page/bridge.ts';
import { storeFolder } from './modelImport.ts';
import { serveApp } from './server.ts';

type Value<Method extends keyof LabBridge> =
  Awaited<ReturnType<LabBridge[Method]>> extends Outcome<infer T> ? T : never;

/** The built app in a Chromium without a window, behind our own server. */
export interface AppPage {
  /** Rejects with the page's `AppError`, or with `worker-died` where the page itself has died. */
  call<Method extends keyof LabBridge>(
    method: Method,
    ...parameters: Parameters<LabBridge[Method]>
  ): Promise<Value<Method>>;
  close(): Promise<void>;
}

/**
 * Builds the app where needed, serves and opens it, standing on `base`. Throws AppError `unsupported` without a Chromium.
 * Nothing that the page does can leave this machine.
 */
export async function openAppPage(base: BaseModel, onEvent: (event: LabEvent) => void): Promise<AppPage> {
  const executablePath = findChromium();
  if (executablePath === null) throw new AppError('unsupported', missingChromium);
  const server = await serveApp(await builtApp());
  const browser = await chromium.launch({ executablePath, headless: true, args: labArguments() });
  const close = async () => {
    await browser.close();
    await server.close();
  };
  try {
    // One profile, in which the folder of another language model is stored first.
    const profile = await browser.newContext();
    if (base.kind === 'folder')
      await storeFolder(profile, server.url, { folder: resolve(base.path), dtype: base.dtype });
    const call = await openLabPage(await profile.newPage(), server.url, onEvent);
    if (base.kind === 'folder') {
      const [stored] = await call('storedModels');
      await call('useBase', stored.id);
    }
    return { close, call };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens the lab's page of an app that is served at `url`, and gives the way to call it. */
export async function openLabPage(
  page: Page,
  url: string,
  onEvent: (event: LabEvent) => void,
): Promise<AppPage['call']> {
  await page.exposeFunction('onwardLabEvent', onEvent);
  await page.goto(`${url}lab.html`);
  await page.waitForFunction(() => (globalThis as LabGlobal).onwardLab !== undefined);
  return async (method, ...parameters) => {
    // As JSON: Playwright's own serialisation is slow for thousands of careers.
    const request = JSON.stringify({ method, parameters });
    const answer = await page.evaluate(callBridge, request).catch((error: unknown) => {
      throw new AppError('worker-died', `The page has died: ${String(error)}`, {}, { cause: error });
    });
    const outcome = answer as Outcome<Value<typeof method>>;
    if ('error' in outcome) throw new AppError(outcome.error.code, outcome.error.message);
    return outcome.value;
  };
}

/** Runs in the page: Playwright sends its text there, so it may use nothing from outside of it. */
function callBridge(request: string): Promise<unknown> | undefined {
  const { method, parameters } = JSON.parse(request) as { method: keyof LabBridge; parameters: unknown[] };
  const bridge = (globalThis as LabGlobal).onwardLab as Record<
    keyof LabBridge,
    (...list: unknown[]) => Promise<unknown>
  >;
  return bridge[method](...parameters);
}
