import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import type { AddressInfo } from 'node:net';
import { type HubHosts, cacheControl, hubHosts, productionHeaders } from './headers.ts';

const mimeTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

export interface AppServer {
  /** With a slash at the end. `localhost` is a secure context, so WebGPU and isolation work on it. */
  url: string;
  close(): Promise<void>;
}

export interface ServerOptions {
  /** 0, the default, takes any free port. */
  port?: number;
  /** Name or address to listen on; the default is reachable from this machine only. */
  host?: string;
  /** Another hub than the usual one for the models page: a mirror, or a test's. */
  hub?: HubHosts;
  /** Folder of the address under which the app is served, e.g. `/class/`; the default is the root. */
  under?: string;
  /** False stands for a host that knows nothing of our headers. */
  sendsHeaders?: boolean;
  /** Hears of every request that arrives. */
  onRequest?: (path: string) => void;
}

/**
 * Serves a built app with the production headers on every response. A missing file is a 404 and
 * never the page. Rejects with Node's own error (`EADDRINUSE`, …) where it cannot listen.
 */
export async function serveApp(
  folder: string,
  { port = 0, host, hub = hubHosts, under = '/', sendsHeaders = true, onRequest }: ServerOptions = {},
): Promise<AppServer> {
  const server = createServer((request, response) => {
    const path = requestPath(request.url ?? '/', under);
    onRequest?.(request.url ?? '/');
    const headers = sendsHeaders ? productionHeaders(path ?? '/', hub) : {};
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD' }).end();
      return;
    }
    if (path === null) refuse(response, 400, 'Bad request');
    else if (path === '/hub.json') tellHub(response, hub);
    else void answer(response, folder, path, request.method, request.headers['if-none-match']);
  });
  // A connection that waits is the client's to end: one that the server ends while a busy client
  // writes its next request makes that request fail.
  server.keepAliveTimeout = 0;
  await listening(server, port, host ?? 'localhost');
  const address = server.address() as AddressInfo;
  return { url: `http://${host ?? 'localhost'}:${address.port}${under}`, close: () => closed(server) };
}

/** The path within the folder, or null for an address that means nothing or points out of it. */
function requestPath(url: string, under: string): string | null {
  try {
    const asked = normalize(decodeURIComponent(url.replace(/[?#].*/, '')));
    if (!asked.startsWith(under) || asked.includes('\0')) return null;
    const path = `/${asked.slice(under.length)}`;
    return path.endsWith('/') ? `${path}index.html` : path;
  } catch {
    return null;
  }
}

async function answer(
  response: ServerResponse,
  folder: string,
  path: string,
  method: string,
  knownTag: string | undefined,
): Promise<void> {
  const file = join(folder, path);
  const stats = await stat(file).catch(() => null);
  if (!stats?.isFile()) {
    refuse(response, 404, 'Not found');
    return;
  }
  const tag = `"${stats.size.toString(36)}-${Math.round(stats.mtimeMs).toString(36)}"`;
  response.setHeader('Cache-Control', cacheControl(path));
  response.setHeader('ETag', tag);
  if (knownTag === tag) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, {
    'Content-Type': mimeTypes[extname(path)] ?? 'application/octet-stream',
    'Content-Length': stats.size,
  });
  if (method === 'HEAD') response.end();
  else
    createReadStream(file)
      .on('error', () => response.destroy())
      .pipe(response);
}

/** What `public/hub.json` says, for the hub of this server. */
function tellHub(response: ServerResponse, hub: HubHosts): void {
  response.writeHead(200, { 'Content-Type': mimeTypes['.json'], 'Cache-Control': 'no-cache' });
  response.end(JSON.stringify(hub));
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(`${message}\n`);
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
