/**
 * The service worker: stands in for the server once it has stored the whole app, so that the app works without network;
 * gives every file its headers, whatever the host sends; and seals the page once that can do without connections.
 *
 * One version of it is one build. It stores each file under the hash that the build recorded, or nothing; it takes over when
 * no page of an earlier build is open, or when the only one is being loaded. What that one had stored stays until a page of this
 * build is alone: names have hashes, so each page gets the files of its own build.
 */
import { headersFor, readSeal, RUNTIME_CACHE, type ShippedShell } from './shell/index.ts';

declare const self: ServiceWorkerGlobalScope;
declare const SHIPPED_SHELL: ShippedShell;

const { build, files, rules } = SHIPPED_SHELL;
const base = self.registration.scope;
const basePath = new URL(base).pathname;
/** Several copies of the app may live on one origin, each in a folder of its own. */
const cachePrefix = `onward-build ${basePath} `;
const cacheName = cachePrefix + build;

/** Hosts answer for the folder what `index.html` holds; some send whoever names that file to the folder. */
const addressOf = (path: string) => new URL(path === 'index.html' ? './' : path, base).href;
const stored = files.filter((file) => file.isStored);
/** Files about the hub. */
const serverFirst = new Set(['/models.html', '/hub.json']);
const known = new Set(files.map((file) => addressOf(file.path)));

self.addEventListener('install', (event) => event.waitUntil(storeBuild()));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('message', (event) => {
  if (event.data === 'take-over') event.waitUntil(takeOverAlone(event.ports[0]));
  if (event.data === 'claim') event.waitUntil(self.clients.claim());
  if (event.data === 'settled') event.waitUntil(forgetEarlier());
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (!url.href.startsWith(base) || request.method === 'POST') return;
  event.respondWith(answer(request, url));
});

/** All of it, byte for byte as it was built; else this version of the service worker is not installed. */
async function storeBuild(): Promise<void> {
  const cache = await caches.open(cacheName);
  const requests = stored.map(
    ({ path, integrity }) => new Request(addressOf(path), { integrity, cache: 'no-cache' }),
  );
  await cache.addAll(requests);
}

/** Deletes what earlier builds stored, once no page of theirs can be at work any more. */
async function forgetEarlier(): Promise<void> {
  const { active, installing, waiting } = self.registration;
  if (installing || waiting || active?.state !== 'activated' || !(await isAlone())) return;
  const names = await caches.keys();
  const earlier = names.filter((name) => name.startsWith(cachePrefix) && name !== cacheName);
  await Promise.all(earlier.map((name) => caches.delete(name)));
  const runtimes = await caches.open(RUNTIME_CACHE);
  for (const { url } of await runtimes.keys()) {
    if (url.startsWith(base) && !known.has(url)) await runtimes.delete(url);
  }
}

/** Whether there is one page of the app at the most. */
async function isAlone(): Promise<boolean> {
  const pages = await self.clients.matchAll({ includeUncontrolled: true, type: 'window' });
  return pages.filter(({ url }) => url.startsWith(base)).length <= 1;
}

/** A page that has just been opened asks for the new build: it gets it unless another one is still at work on the old. */
async function takeOverAlone(reply: MessagePort): Promise<void> {
  const mayTakeOver = await isAlone();
  reply.postMessage(mayTakeOver);
  if (mayTakeOver) await self.skipWaiting();
}

/**
 * What is stored, else what the server has. Only `fetch` asks with an empty destination, and no sealed page gets as far as here
 * with it; everything else (images, styles, navigation …) must not become its way out, and goes nowhere once the page is sealed.
 */
async function answer(request: Request, url: URL): Promise<Response> {
  const path = fileOf(url);
  if (serverFirst.has(path)) return answerOfServer(path);
  const [sealed, found] = await Promise.all([isSealed(), storedFile(path)]);
  if (found) return withHeaders(found, path, sealed);
  if (sealed && request.destination !== '') {
    return withHeaders(new Response('Sealed: this is not stored here.\n', { status: 403 }), path, true);
  }
  if (request.destination === '') return fetch(request);
  return withHeaders(await fetch(request), path, sealed);
}

/**
 * The models page goes to the network anyway, and only the server knows by which hub; what is stored serves without network.
 * Nothing but the address itself is asked for: a sealed page cannot put anything into it.
 */
async function answerOfServer(path: string): Promise<Response> {
  try {
    const response = await fetch(addressOf(path.slice(1)), { cache: 'no-cache' });
    if (response.ok) {
      return response.headers.has('Content-Security-Policy') ? response : withHeaders(response, path, false);
    }
  } catch {
    // No network, or a server that is gone.
  }
  const found = await storedFile(path);
  return found ? withHeaders(found, path, false) : new Response('Not stored here.\n', { status: 404 });
}

/** The file that an address means, below the app's folder: hosts leave `index` and `.html` out as they like. */
function fileOf({ pathname }: URL): string {
  const path = pathname.slice(basePath.length);
  if (path === '' || path.endsWith('/')) return `/${path}index.html`;
  return known.has(addressOf(`${path}.html`)) ? `/${path}.html` : `/${path}`;
}

async function storedFile(path: string): Promise<Response | undefined> {
  const address = addressOf(path.slice(1));
  // Files of a build have its hashes in their names: a page of an earlier one, still at work, gets what is left of that.
  if (!known.has(address)) return caches.match(address);
  return (await caches.match(address, { cacheName })) ?? caches.match(address, { cacheName: RUNTIME_CACHE });
}

function withHeaders(response: Response, path: string, sealed: boolean): Response {
  // A redirect must stay one.
  if (response.type === 'opaqueredirect') return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(headersFor(rules, path, sealed))) headers.set(name, value);
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}

/** Whether pages are sealed now: the person has not said no, and this build's model and runtime are on this device. */
async function isSealed(): Promise<boolean> {
  const { isWanted, readiness } = await readSeal(base);
  if (!isWanted || !readiness || !known.has(readiness.runtime)) return false;
  return readiness.model === (await shippedModel());
}

let model: Promise<string | null> | undefined;

/** Revision of the model that came with this build. */
function shippedModel(): Promise<string | null> {
  model ??= (async () => {
    const manifest = await caches.match(addressOf('models/manifest.json'), { cacheName });
    return manifest ? ((await manifest.json()) as { revision: string }).revision : null;
  })();
  return model;
}
