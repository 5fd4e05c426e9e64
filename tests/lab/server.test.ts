import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { productionHeaders } from '../../src/lab/headers.ts';
import { type AppServer, serveApp } from '../../src/lab/server.ts';

let parent: string;
let server: AppServer;

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'onward-server-'));
  mkdirSync(join(parent, 'dist/assets'), { recursive: true });
  writeFileSync(join(parent, 'secret.txt'), 'secret');
  writeFileSync(join(parent, 'dist/index.html'), '<p>page');
  writeFileSync(join(parent, 'dist/assets/host-1a.js'), 'postMessage(1)');
  writeFileSync(join(parent, 'dist/assets/run-2b.wasm'), 'wasm');
  server = await serveApp(join(parent, 'dist'));
});

afterAll(async () => {
  await server.close();
  rmSync(parent, { recursive: true });
});

/** Status of a path that `fetch` would normalise away. */
function rawStatus(path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('serveApp', () => {
  it('answers / with the page', async () => {
    const response = await fetch(server.url);
    expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8');
    expect(await response.text()).toBe('<p>page');
  });

  it('sends every production header with page, worker script, WebAssembly and 404', async () => {
    for (const path of ['', 'assets/host-1a.js', 'assets/run-2b.wasm', 'nothing']) {
      const { headers } = await fetch(server.url + path);
      for (const [name, value] of Object.entries(productionHeaders(`/${path}`)))
        expect(headers.get(name)).toBe(value);
    }
  });

  it('knows the types that browsers insist on', async () => {
    const type = async (path: string) => (await fetch(server.url + path)).headers.get('Content-Type');
    expect(await type('assets/host-1a.js')).toBe('text/javascript; charset=utf-8');
    expect(await type('assets/run-2b.wasm')).toBe('application/wasm');
  });

  it('answers a missing file with 404 and never with the page', async () => {
    for (const path of ['models/manifest.json', 'assets/', 'career']) {
      const response = await fetch(server.url + path);
      expect(response.status).toBe(404);
      expect(await response.text()).toBe('Not found\n');
    }
  });

  it('gives nothing outside its folder', async () => {
    expect(await rawStatus('/../secret.txt')).toBe(404);
    expect(await rawStatus('/%2e%2e/secret.txt')).toBe(404);
    expect(await rawStatus('/assets/..%2f..%2fsecret.txt')).toBe(404);
    expect(await rawStatus('/%00')).toBe(400);
    expect(await rawStatus('/%zz')).toBe(400);
  });

  it('lets hashed names be kept, asks again for others and says when nothing changed', async () => {
    const hashed = await fetch(`${server.url}assets/host-1a.js`);
    expect(hashed.headers.get('Cache-Control')).toContain('immutable');
    const page = await fetch(server.url);
    expect(page.headers.get('Cache-Control')).toBe('no-cache');
    const tag = page.headers.get('ETag') ?? '';
    const again = await fetch(server.url, { headers: { 'If-None-Match': tag } });
    expect(again.status).toBe(304);
  });

  it('refuses to be written to', async () => {
    expect((await fetch(server.url, { method: 'POST', body: 'x' })).status).toBe(405);
  });

  it('says so where a port is taken', async () => {
    const port = Number(new URL(server.url).port);
    await expect(serveApp(parent, { port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
