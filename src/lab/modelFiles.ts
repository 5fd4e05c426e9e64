import { createReadStream, existsSync, statSync } from 'node:fs';
import { cp, readdir } from 'node:fs/promises';
import { join, normalize, resolve } from 'node:path';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Plugin } from 'vite';

/** What ships of `models/`: the manifest and fitted tables (JSON) and the folders of bundled models. */
function ships(path: string): boolean {
  return /^[^/]+\.json$/.test(path) || /^onward-[^/]+\/./.test(path);
}

function answerFrom(folder: string) {
  return (request: IncomingMessage, response: ServerResponse, next: () => void) => {
    const path = decodeURIComponent((request.url ?? '').replace(/[?#].*/, ''));
    // The programs that make models are modules, which Vite itself serves to tests in a browser.
    if (!path.startsWith('/models/') || path.endsWith('.ts')) {
      next();
      return;
    }
    const name = normalize(path.slice('/models/'.length));
    const file = join(folder, name);
    const stats = ships(name) && existsSync(file) ? statSync(file) : null;
    if (!stats?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    const type = name.endsWith('.json') ? 'application/json' : 'application/octet-stream';
    response.writeHead(200, { 'Content-Type': type, 'Content-Length': stats.size });
    if (request.method === 'HEAD') response.end();
    else createReadStream(file).pipe(response);
  };
}

/**
 * Serves `/models/` in development and copies what ships of it into the build. A missing file is a
 * 404: the page that a single-page app falls back to would be parsed as JSON or ONNX.
 */
export function modelFiles(): Plugin {
  let folder = '';
  let outDir = '';
  return {
    name: 'onward-model-files',
    configResolved(config) {
      folder = join(config.root, 'models');
      outDir = resolve(config.root, config.build.outDir);
    },
    configureServer: (server) => void server.middlewares.use(answerFrom(folder)),
    async writeBundle() {
      const names = existsSync(folder) ? await readdir(folder, { recursive: true }) : [];
      for (const name of names.filter(ships)) {
        await cp(join(folder, name), join(outDir, 'models', name), { recursive: true });
      }
    },
  };
}
