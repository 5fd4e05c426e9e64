import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'vite';
import type { ShippedFile, ShippedShell } from '../shell/index.ts';
import { headerRules, metaPolicy, productionHeaders } from './headers.ts';

/** Builds of onnxruntime are large: each is fetched by whoever needs it, and then kept. */
const large = '.wasm';
/** Weights lie in IndexedDB; the rest is not for people who visit: picture of the README, lab, headers of hosts. */
const notForVisitors = /^(screenshot\.png|_headers|sw\.js|lab\.html|assets\/lab-.*|models\/onward-.*)$/;

/** A server may name a mirror of the hub in it. */
const madeByServer = 'hub.json';

async function integrityOf(file: string): Promise<string> {
  return `sha256-${createHash('sha256')
    .update(await readFile(file))
    .digest('base64')}`;
}

/** Every file of the build with its hash; which of them the service worker stores before it stands in for the server. */
async function shippedFiles(folder: string): Promise<ShippedFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((path) => !notForVisitors.test(path))
    .sort();
  return Promise.all(
    paths.map(async (path) => ({
      path,
      integrity: path === madeByServer ? '' : await integrityOf(join(folder, path)),
      isStored: !path.endsWith(large),
    })),
  );
}

/**
 * Builds `sw.js`, which knows every other file of the build by its hash and the headers by path; puts the policy of each page
 * into it; and gives the preview server the headers. A plugin of our own, because the list must hold the model's
 * files, which another plugin copies, and the headers come from one place.
 */
export function offlineShell(): Plugin {
  let root = '';
  let outDir = '';
  let isBuild = false;
  return {
    name: 'onward-offline-shell',
    configResolved(config) {
      root = config.root;
      outDir = resolve(root, config.build.outDir);
      isBuild = config.command === 'build';
    },
    configurePreviewServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = (request.url ?? '/').replace(/[?#].*/, '');
        for (const [name, value] of Object.entries(productionHeaders(path))) response.setHeader(name, value);
        next();
      });
    },
    transformIndexHtml(_html, { path }) {
      if (!isBuild) return [];
      const attrs = { 'http-equiv': 'Content-Security-Policy', content: metaPolicy(path) };
      return [{ tag: 'meta', attrs, injectTo: 'head-prepend' as const }];
    },
    async closeBundle() {
      if (!isBuild) return;
      const files = await shippedFiles(outDir);
      const shell: Omit<ShippedShell, 'build'> = { files, rules: headerRules };
      const id = createHash('sha256').update(JSON.stringify(shell)).digest('hex').slice(0, 16);
      await buildServiceWorker(root, outDir, { build: id, ...shell });
    },
  };
}

async function buildServiceWorker(root: string, outDir: string, shell: ShippedShell): Promise<void> {
  // A build of its own: one classic script without imports is what every browser takes, and what it compares for updates.
  const result = await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    // Of modules that pages share with it, the service worker uses nothing that asks for its own address.
    define: { SHIPPED_SHELL: JSON.stringify(shell), 'import.meta': '{}' },
    build: {
      write: false,
      target: 'esnext',
      rolldownOptions: { input: join(root, 'src/sw.ts'), output: { format: 'iife' } },
    },
  });
  if (!('output' in result)) throw new Error('The service worker was not built in one piece');
  await writeFile(join(outDir, 'sw.js'), result.output[0].code);
}
