import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import { projectRoot } from './projectRoot.ts';
import { tell } from './stderrProgress.ts';

/** Everything that the build reads. */
const pages = ['index.html', 'models.html', 'lab.html'];
const inputs = ['src', 'public', 'models', ...pages, 'vite.config.ts', 'svelte.config.js'];
const inputFiles = [...inputs, 'package-lock.json', 'tsconfig.base.json', 'LICENSE'];

/** Changes when any input of the build does: paths, sizes and modification times. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  for (const input of inputFiles) {
    const path = join(projectRoot, input);
    const stats = await stat(path).catch(() => null);
    const names = stats?.isDirectory() ? (await readdir(path, { recursive: true })).sort() : [''];
    for (const name of names) {
      if (input === 'models' && name.startsWith('recipe')) continue;
      const file = await stat(join(path, name)).catch(() => null);
      if (file?.isFile()) hash.update(`${input}/${name} ${file.size} ${file.mtimeMs}\n`);
    }
  }
  return hash.digest('hex');
}

/**
 * The folder of the built app, built anew only where something it is made of has changed. It is
 * built aside and renamed, so that whoever serves the old one never sees half of a new one.
 */
export async function builtApp({ force = false }: { force?: boolean } = {}): Promise<string> {
  const dist = join(projectRoot, 'dist');
  const work = join(projectRoot, '.build');
  const stampFile = join(work, 'dist.sha256');
  const stamp = await fingerprint();
  const oldStamp = await readFile(stampFile, 'utf8').catch(() => '');
  if (!force && stamp === oldStamp && existsSync(join(dist, 'index.html'))) return dist;

  const outDir = join(work, `dist-${process.pid}`);
  await mkdir(work, { recursive: true });
  tell('Building the app');
  // Lines about the build go to stderr only: stdout belongs to the lab's JSON.
  await asInProduction(() =>
    build({ root: projectRoot, logLevel: 'warn', build: { outDir, emptyOutDir: true } }),
  );
  await replaceFolder(outDir, dist);
  await writeFile(stampFile, stamp);
  return dist;
}

/** Vite builds for development where a test runner has said that this is a test: what is tested must be what ships. */
async function asInProduction(work: () => Promise<unknown>): Promise<void> {
  const { NODE_ENV: before } = process.env;
  process.env.NODE_ENV = 'production';
  try {
    await work();
  } finally {
    if (before === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = before;
  }
}

/** Two builds may end at the same time: whoever finds the other's folder in its way removes it and tries again. */
async function replaceFolder(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await rm(to, { recursive: true, force: true });
    try {
      await rename(from, to);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY' || attempt === 5) throw error;
    }
  }
}
