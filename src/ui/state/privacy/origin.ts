/** What the browser itself says about this site's storage, and an end to all of it. Not the app's own account. */
export interface OriginReport {
  databases: readonly string[];
  caches: readonly { name: string; files: number; bytes: number }[];
  serviceWorkers: number;
  /** Keys of localStorage and sessionStorage; the app writes none. */
  keys: number;
  /** The browser's estimate in bytes; null where it gives none. Browsers pad it, and update it late. */
  usage: number | null;
  quota: number | null;
  /** Whether the browser promised not to clear it when the disk runs full. */
  isPersisted: boolean;
}

/** How long another tab may keep a database from being deleted. */
const DELETE_LIMIT_MS = 10_000;

/** Parts of the browser that pages without https do not have, whatever the types say. */
interface MaybeAbsent {
  caches?: CacheStorage;
  navigator: { serviceWorker?: ServiceWorkerContainer; storage?: StorageManager };
}

const browser = globalThis as unknown as MaybeAbsent;

export async function describeOrigin(): Promise<OriginReport> {
  const { serviceWorker, storage } = browser.navigator;
  const [databases, registrations, estimate, isPersisted] = await Promise.all([
    indexedDB.databases(),
    serviceWorker?.getRegistrations() ?? [],
    storage?.estimate().catch(() => null) ?? null,
    storage?.persisted().catch(() => false) ?? false,
  ]);
  return {
    databases: databases.map(({ name }) => name ?? '').sort(),
    caches: await describeCaches(),
    serviceWorkers: registrations.length,
    keys: localStorage.length + sessionStorage.length,
    usage: estimate?.usage ?? null,
    quota: estimate?.quota ?? null,
    isPersisted,
  };
}

async function describeCaches(): Promise<OriginReport['caches']> {
  const names = (await browser.caches?.keys()) ?? [];
  return Promise.all(
    names.map(async (name) => {
      const cache = await caches.open(name);
      const responses = await cache.matchAll();
      // Read to the end: a blob would keep its bytes on the disk after their deletion.
      const sizes = await Promise.all(
        responses.map(async (response) => (await response.arrayBuffer()).byteLength),
      );
      return { name, files: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
    }),
  );
}

/** Deletes all of it. Rejects where another tab keeps a database open; it is deleted then when that tab closes. */
export async function eraseOrigin(): Promise<void> {
  const databases = await indexedDB.databases();
  await Promise.all(databases.map(({ name }) => deleteDatabase(name ?? '')));
  const registrations = (await browser.navigator.serviceWorker?.getRegistrations()) ?? [];
  await Promise.all(registrations.map((registration) => registration.unregister()));
  const names = (await browser.caches?.keys()) ?? [];
  await Promise.all(names.map(deleteCache));
  localStorage.clear();
  sessionStorage.clear();
}

/** Its entries first: the browser keeps a deleted cache on the disk for as long as anybody has it open. */
async function deleteCache(name: string): Promise<void> {
  const cache = await caches.open(name);
  await Promise.all((await cache.keys()).map((request) => cache.delete(request)));
  await caches.delete(name);
}

function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (reason: string) => reject(new Error(`${name} was not deleted: ${reason}`));
    const timer = setTimeout(
      () => failed('another tab of Onward is open; close it and try again'),
      DELETE_LIMIT_MS,
    );
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => {
      clearTimeout(timer);
      resolve();
    };
    request.onerror = () => failed(request.error?.message ?? 'the browser refused');
  });
}
