import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chromiumArguments, findChromium, labArguments } from '../../src/lab/chromium.ts';

it('$CHROME comes before any other Chromium, if it is there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'onward-chrome-'));
  const program = join(folder, 'chrome');
  writeFileSync(program, '');
  expect(findChromium({ CHROME: program })).toBe(program);
  expect(findChromium({ CHROME: join(folder, 'missing') })).not.toBe(join(folder, 'missing'));
  rmSync(folder, { recursive: true });
});

it('tests always run on software WebGPU, the lab on what the machine has', () => {
  const software = '--use-webgpu-adapter=swiftshader';
  expect(chromiumArguments).toContain(software);
  expect(labArguments({})).not.toContain(software);
  expect(labArguments({ CHROME_ARGUMENTS: '--a --b=1 ' }).slice(-2)).toEqual(['--a', '--b=1']);
});

it('neither lets a name leave the machine', () => {
  const rule = '--host-resolver-rules=MAP * ~NOTFOUND';
  for (const list of [chromiumArguments, labArguments({})])
    expect(list.some((flag) => flag.startsWith(rule))).toBe(true);
});
