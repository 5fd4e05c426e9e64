import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
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

describe('the packages', () => {
  it('are pinned: exact versions in package.json, a hash for each in the lock file', () => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(join(projectRoot, 'package.json'), 'utf8'),
    ) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    expect(loose).toEqual([]);
    const { packages } = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { integrity?: string; link?: boolean }>;
    };
    const unhashed = Object.entries(packages).filter(
      ([name, { integrity, link }]) => name !== '' && !link && !integrity?.startsWith('sha512-'),
    );
    expect(unhashed.map(([name]) => name)).toEqual([]);
  });

  it('that people run have no known vulnerability of high severity, where the registry answers', ({
    skip,
  }) => {
    const options = ['--omit=dev', '--json', '--fetch-retries=0', '--fetch-timeout=8000'];
    const { stdout } = spawnSync('npm', ['audit', ...options], { cwd: projectRoot, encoding: 'utf8' });
    const report = JSON.parse(stdout || '{}') as { metadata?: { vulnerabilities: Record<string, number> } };
    if (!report.metadata)
      skip('The registry does not answer npm audit here: vulnerabilities are not checked.');
    const { high, critical } = report.metadata?.vulnerabilities ?? {};
    expect({ high, critical }).toEqual({ high: 0, critical: 0 });
  });
});
