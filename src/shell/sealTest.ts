/**
 * A small file of ours that is asked for only to find out whether asking is possible. The build puts this code into
 * `assets/`, one folder below the page.
 */
export function sealTestAddress(): string {
  return new URL(/* @vite-ignore */ '../seal.txt', import.meta.url).href;
}

/** How long the event that names the refusal may come after the refusal itself. */
const EVENT_LIMIT_MS = 1_000;

let verdict: Promise<boolean> | undefined;

/**
 * Whether this realm's policy refuses every connection, found out by trying to reach our own origin. True only where the
 * policy itself said no; a network that is down is no seal. Tried once: the policy of a realm never changes.
 */
export function isSealed(): Promise<boolean> {
  return (verdict ??= testSeal());
}

/** Tries now, whatever was found before. */
export async function testSeal(): Promise<boolean> {
  // Node, where tests run the worker's code, has neither policies nor their events.
  if (typeof globalThis.addEventListener !== 'function') return false;
  const address = sealTestAddress();
  const listening = new AbortController();
  const refusal = new Promise<boolean>((resolve) => {
    const hear = (event: Event) => {
      const { effectiveDirective, blockedURI, disposition } = event as SecurityPolicyViolationEvent;
      if (effectiveDirective !== 'connect-src' || blockedURI !== address) return;
      if (disposition === 'enforce') resolve(true);
    };
    globalThis.addEventListener('securitypolicyviolation', hear, { signal: listening.signal });
  });
  try {
    await fetch(address, { method: 'HEAD', cache: 'no-store' });
    return false;
  } catch {
    return await Promise.race([
      refusal,
      new Promise<false>((resolve) => setTimeout(resolve, EVENT_LIMIT_MS, false)),
    ]);
  } finally {
    listening.abort();
  }
}
