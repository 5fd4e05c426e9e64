import { AppError } from '../platform/index.ts';
import { isSealed } from './sealTest.ts';

/**
 * A file that ships with the app. A sealed realm takes it from what the service worker stored, an open one asks our own
 * origin (where the service worker answers, if it stands between). Rejects like `fetch`, and with `AppError`
 * `download-failed` where a sealed realm finds nothing.
 */
export async function buildFile(url: string, options: RequestInit = {}): Promise<Response> {
  if (!(await isSealed())) return fetch(url, options);
  const stored = await caches.match(url);
  if (stored) return stored;
  throw new AppError('download-failed', `${url} is not stored here, and this page is sealed`, {
    url,
    status: 0,
  });
}

/** Where builds of onnxruntime are kept: too large to fetch each for everybody. */
export const RUNTIME_CACHE = 'onward-runtime';

/** The build of onnxruntime that this realm runs, once its bytes are stored on this device. */
let storedRuntime: string | null = null;

export const storedRuntimeAddress = (): string | null => storedRuntime;

/** Bytes of a build of onnxruntime, stored on the way unless the browser refuses. Throws like `buildFile`. */
export async function runtimeFile(url: string): Promise<ArrayBuffer> {
  const known = await storedCopy(url);
  if (known) {
    storedRuntime = url;
    return known.arrayBuffer();
  }
  const response = await buildFile(url);
  if (!response.ok) {
    const data = { url, status: response.status };
    throw new AppError('download-failed', `${url} could not be downloaded: ${response.status}`, data);
  }
  const bytes = await response.arrayBuffer();
  await store(url, bytes);
  return bytes;
}

async function storedCopy(url: string): Promise<Response | undefined> {
  return (globalThis as { caches?: CacheStorage }).caches?.match(url).catch(() => undefined);
}

/** A full disk costs the store, never the answer. */
async function store(url: string, bytes: ArrayBuffer): Promise<void> {
  try {
    const cache = await caches.open(RUNTIME_CACHE);
    await cache.put(url, new Response(bytes, { headers: { 'Content-Type': 'application/wasm' } }));
    storedRuntime = url;
  } catch {
    storedRuntime = null;
  }
}
