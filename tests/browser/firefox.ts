import { existsSync } from 'node:fs';
import { launch, type Browser } from 'puppeteer-core';

const programs = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];

/** A Firefox on this machine: `$FIREFOX`, else Debian's; null where there is none. */
export function findFirefox(environment: NodeJS.ProcessEnv = process.env): string | null {
  return [environment.FIREFOX ?? '', ...programs].find((path) => path !== '' && existsSync(path)) ?? null;
}

/** What a person can do where `findFirefox` finds nothing. */
export const missingFirefox =
  'No Firefox found: the tests in it are skipped. Install one (Debian: apt-get install firefox-esr) or put its path into $FIREFOX.';

/**
 * A headless Firefox with a profile of its own, driven by WebDriver BiDi (Playwright's needs a patched build). Whatever it asks
 * of another machine goes to the record at `outboundUrl`, and no further.
 */
export function launchFirefox(executablePath: string, outboundUrl: string): Promise<Browser> {
  const { hostname, port } = new URL(outboundUrl);
  return launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    // Memory of threads is shared on isolated pages only; the runtime is slow to start on two busy cores.
    protocolTimeout: 300_000,
    extraPrefsFirefox: {
      'network.proxy.type': 1,
      'network.proxy.http': hostname,
      'network.proxy.http_port': Number(port),
      'network.proxy.ssl': hostname,
      'network.proxy.ssl_port': Number(port),
      'network.proxy.no_proxies_on': 'localhost, 127.0.0.1',
    },
  });
}
