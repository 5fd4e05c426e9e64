import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findChromium, missingChromium } from '../../src/lab/chromium.ts';
import { findFirefox } from '../browser/firefox.ts';

/** Milliseconds that Debian's servers may take for each step of a browser that is needed, and of one that can be done without. */
const patience = { needed: 600_000, optional: 180_000 };

/**
 * True when there is a Chromium to test with. On Debian, as root, a missing one is installed;
 * elsewhere the person is told what to install.
 */
export function ensureChromium(): boolean {
  if (findChromium() !== null) {
    // Chromium's software driver, on which some Node tests run WebGPU, needs the loader of Vulkan beside it.
    if (!hasVulkan()) installOnDebian('Vulkan', ['libvulkan1'], patience.optional);
    return true;
  }
  installOnDebian('Chromium', ['chromium', 'libvulkan1', 'fonts-liberation'], patience.needed);
  if (findChromium() !== null) return true;
  process.stderr.write(`${missingChromium}\n`);
  return false;
}

/** Where it cannot be found out, it is taken to be there. */
function hasVulkan(): boolean {
  const { status, stdout } = spawnSync('ldconfig', ['-p'], { encoding: 'utf8' });
  return status !== 0 || stdout.includes('libvulkan.so.1');
}

/** The same of Firefox; one that cannot be had is no failure, and what is skipped is said at the end. */
export function ensureFirefox(): boolean {
  if (findFirefox() === null) installOnDebian('Firefox', ['firefox-esr'], patience.optional);
  return findFirefox() !== null;
}

/** Never tried where that would need anybody's leave. */
function installOnDebian(program: string, packages: readonly string[], timeout: number): void {
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) return;
  process.stdout.write(`No ${program} here: installing ${packages.join(', ')}\n`);
  const aptGet = (...list: string[]) =>
    spawnSync('apt-get', list, {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      timeout,
    }).status === 0;
  if (aptGet('update', '-q')) aptGet('install', '-q', '-y', '--no-install-recommends', ...packages);
}
