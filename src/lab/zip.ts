/** `npm run zip`: the built app as one archive, to be unpacked and served by any static server; prints its path. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { appArchive } from './appArchive.ts';
import { builtApp } from './builtApp.ts';
import { projectRoot } from './projectRoot.ts';

const path = join(projectRoot, '.build/onward.zip');
const archive = await appArchive(await builtApp());
await mkdir(dirname(path), { recursive: true });
await writeFile(path, archive);
process.stdout.write(`${path} (${(archive.length / 1e6).toFixed(1)} MB)\n`);
