import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { projectRoot } from '../../src/lab/projectRoot.ts';

/** Folders named onnxruntime-web below any node_modules, with their versions. */
function installedRuntimes(modules: string): string[] {
  return readdirSync(modules, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory() || entry.name === '.bin') return [];
    const folder = join(modules, entry.name);
    if (entry.name.startsWith('@')) return installedRuntimes(folder);
    const nested = join(folder, 'node_modules');
    const below = existsSync(nested) ? installedRuntimes(nested) : [];
    if (entry.name !== 'onnxruntime-web') return below;
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    return [version, ...below];
  });
}

it('there is one onnxruntime-web in the tree, of the version that package.json names', () => {
  const { dependencies } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  expect(installedRuntimes(join(projectRoot, 'node_modules'))).toEqual([dependencies['onnxruntime-web']]);
});

it('the lock file names one onnxruntime-web', () => {
  const { packages } = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, unknown>;
  };
  const names = Object.keys(packages).filter((name) => name.endsWith('node_modules/onnxruntime-web'));
  expect(names).toEqual(['node_modules/onnxruntime-web']);
});
