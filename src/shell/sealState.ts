/**
 * Whether the person wants the page sealed, and whether it can be. Lies in Cache Storage, because that is the one
 * store which the service worker, the page and its workers all reach without a connection. `base`: absolute
 * address of the app's folder, with a slash at its end.
 */
const CACHE = 'onward-seal';

/** What must be on this device before the page can do without connections. */
export interface Readiness {
  /** Revision of the model whose files are all stored. */
  model: string;
  /** Address of the build of onnxruntime that is stored. */
  runtime: string;
}

export interface SealState {
  /** True until the person says otherwise: a sealed page can do all that an open one can. */
  isWanted: boolean;
  readiness: Readiness | null;
}

const wishAddress = (base: string) => new URL('seal/wish', base).href;
const readinessAddress = (base: string) => new URL('seal/readiness', base).href;

/** Null where this browser, or an address without https, has no Cache Storage. */
function storage(): CacheStorage | null {
  return (globalThis as { caches?: CacheStorage }).caches ?? null;
}

export async function readSeal(base: string): Promise<SealState> {
  const [wish, readiness] = await Promise.all([stored(wishAddress(base)), stored(readinessAddress(base))]);
  return {
    isWanted: (wish as boolean | undefined) ?? true,
    readiness: (readiness as Readiness | undefined) ?? null,
  };
}

/** Reading must not open the cache: that would make one, also where everything has just been deleted. */
async function stored(address: string): Promise<unknown> {
  return (await storage()?.match(address, { cacheName: CACHE }))?.json();
}

/** Takes effect when the page is loaded next. */
export async function keepSealWish(base: string, isWanted: boolean): Promise<void> {
  const cache = await storage()?.open(CACHE);
  await cache?.put(wishAddress(base), Response.json(isWanted));
}

/** Null: something that the sealed page needs is not here (any more). */
export async function keepReadiness(base: string, readiness: Readiness | null): Promise<void> {
  const cache = await storage()?.open(CACHE);
  if (readiness) await cache?.put(readinessAddress(base), Response.json(readiness));
  else await cache?.delete(readinessAddress(base));
}
