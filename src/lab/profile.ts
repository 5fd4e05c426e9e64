import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright';
import { AppError } from '../platform/index.ts';
import { builtApp } from './builtApp.ts';
import { findChromium, labArguments, missingChromium } from './chromium.ts';
import { serveApp } from './server.ts';

/** A browser's profile that outlives its browser, and the app behind one address, so that what is stored is found again. */
export interface Profile {
  readonly url: string;
  /** A new session of the browser in this profile; whoever opens it closes it. */
  openBrowser(): Promise<BrowserContext>;
  /** Deletes the profile. */
  close(): Promise<void>;
}

/** A fresh profile. Throws AppError `unsupported` without a Chromium. */
export async function freshProfile(extraArguments: readonly string[] = []): Promise<Profile> {
  const executablePath = findChromium();
  if (executablePath === null) throw new AppError('unsupported', missingChromium);
  const server = await serveApp(await builtApp());
  const folder = await mkdtemp(join(tmpdir(), 'onward-profile-'));
  return {
    url: server.url,
    openBrowser: () =>
      chromium.launchPersistentContext(folder, {
        executablePath,
        headless: true,
        args: [...labArguments(), ...extraArguments],
      }),
    async close() {
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
