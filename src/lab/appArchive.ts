import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync, type Zippable } from 'fflate';

const instructions = `Onward, built. Any server of static files can serve this folder, for instance

  python3 -m http.server 8000        (in this folder)
  npx serve

Then open http://localhost:8000 (or what the server prints). The page brings its own safety headers: a service
worker adds them where the server sends none. Browsers allow service workers on https addresses and on localhost
only, so for other computers serve it over https, or unpack it on each of them.
`;

/** All files of the built app, in a folder `onward/`; the same build gives the same bytes. */
export async function appArchive(folder: string): Promise<Uint8Array> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const files: Zippable = { 'onward/HOW-TO-SERVE.txt': new TextEncoder().encode(instructions) };
  for (const path of paths) {
    const name = `onward/${path.slice(folder.length + 1).replaceAll('\\', '/')}`;
    // Weights and pictures do not shrink.
    files[name] = [await readFile(path), { level: /\.(onnx|safetensors|png)$/.test(name) ? 0 : 6 }];
  }
  return zipSync(files, { mtime: new Date(1980, 0, 1) });
}
