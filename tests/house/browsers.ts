import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findChromium, missingChromium } from '../../src/lab/chromium.ts';

const packages = ['chromium', 'libvulkan1', 'fonts-liberation'];

/**
 * True when there is a Chromium to test with. On Debian, as root, a missing one is installed;
 * elsewhere the person is told what to install.
 */
export function ensureChromium(): boolean {
  if (findChromium() !== null) return true;
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const aptGet = (...list: string[]) =>
      spawnSync('apt-get', list, { stdio: ['ignore', 'inherit', 'inherit'], env: environment }).status === 0;
    process.stdout.write(`No Chromium here: installing ${packages.join(', ')}\n`);
    if (aptGet('update', '-q') && aptGet('install', '-q', '-y', '--no-install-recommends', ...packages)) {
      if (findChromium() !== null) return true;
    }
  }
  process.stderr.write(`${missingChromium}\n`);
  return false;
}
