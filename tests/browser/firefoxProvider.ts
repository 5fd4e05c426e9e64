import { defineBrowserProvider } from '@vitest/browser';
import type { Browser } from 'puppeteer-core';
import type { BrowserProvider, BrowserProviderOption } from 'vitest/node';
import { findFirefox, launchFirefox, missingFirefox } from './firefox.ts';

/**
 * Vitest's page in a Firefox as it is shipped: Playwright's provider wants a patched build. Tests have no commands of Playwright's
 * there. `outboundUrl`: where requests to other machines are recorded.
 */
export function firefoxProvider(outboundUrl: string): BrowserProviderOption {
  return defineBrowserProvider({
    name: 'firefox-bidi',
    supportedBrowser: ['firefox'],
    options: {},
    providerFactory: () => new FirefoxProvider(outboundUrl),
  });
}

class FirefoxProvider implements BrowserProvider {
  readonly name = 'firefox-bidi';
  readonly supportsParallelism = false;
  #browser: Promise<Browser> | null = null;

  constructor(private readonly outboundUrl: string) {}

  getCommandsContext(): Record<string, unknown> {
    return {};
  }

  async openPage(_sessionId: string, url: string): Promise<void> {
    const executablePath = findFirefox();
    if (executablePath === null) throw new Error(missingFirefox);
    this.#browser ??= launchFirefox(executablePath, this.outboundUrl);
    const page = await (await this.#browser).newPage();
    await page.goto(url, { waitUntil: 'domcontentloaded' });
  }

  async close(): Promise<void> {
    const browser = await this.#browser;
    await browser?.close();
  }
}
