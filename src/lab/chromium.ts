import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright';

/** Debian's wrapper /usr/bin/chromium adds flags of its own, so the program behind it comes first. */
const programs = ['/usr/lib/chromium/chromium', '/usr/bin/chromium'];
const commands = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser'];

/**
 * A Chrome or Chromium on this machine: `$CHROME`, else Debian's, else one on the PATH, else the
 * one that Playwright keeps; null where there is none.
 */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | null {
  const onPath = (environment.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .flatMap((folder) => commands.map((command) => join(folder, command)));
  const candidates = [environment.CHROME ?? '', ...programs, ...onPath, chromium.executablePath()];
  return candidates.find((path) => path !== '' && existsSync(path)) ?? null;
}

/** What a person can do where `findChromium` finds nothing. */
export const missingChromium =
  'No Chrome or Chromium found. Install one (Debian: apt-get install chromium libvulkan1 fonts-liberation; ' +
  'elsewhere: npx playwright install chromium) or put its path into $CHROME.';

/** No first-run work, and no name that leaves this machine: every host but loopback fails at once. */
const quietArguments: readonly string[] = [
  '--no-sandbox',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--disable-quic',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
];

/** For tests: software WebGPU everywhere, whatever the machine has. */
export const chromiumArguments: readonly string[] = [
  ...quietArguments,
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
];

/**
 * For the command line: the machine's own GPU, else SwiftShader. `$CHROME_ARGUMENTS` adds flags that
 * a driver needs, e.g. `--enable-features=Vulkan`.
 */
export function labArguments(environment: NodeJS.ProcessEnv = process.env): string[] {
  const extra = (environment.CHROME_ARGUMENTS ?? '').split(' ').filter((argument) => argument !== '');
  return [...quietArguments, '--enable-unsafe-webgpu', ...extra];
}
