import { sealTestAddress } from './sealTest.ts';

/** What one realm (a document or a worker) has asked for since it began. */
export interface Traffic {
  /** Requests by origin, most first. `answeredHere`: by this page's own service worker, on this device. */
  origins: { origin: string; requests: number; answeredHere: number }[];
  /** What a content policy refused, our own test of the seal aside. */
  violations: { directive: string; blocked: string; times: number }[];
}

const origins = new Map<string, { requests: number; answeredHere: number }>();
const violations = new Map<string, Traffic['violations'][number]>();
let isWatched = false;

/** Counts from now on, and what the browser still knows of the time before. Call once, first thing in a realm. */
export function watchTraffic(): void {
  if (isWatched) return;
  isWatched = true;
  globalThis.addEventListener('securitypolicyviolation', noteViolation);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) count(entry as PerformanceResourceTiming);
  }).observe({ type: 'resource', buffered: true });
}

export function traffic(): Traffic {
  return {
    origins: [...origins]
      .map(([origin, counts]) => ({ origin, ...counts }))
      .sort((a, b) => b.requests - a.requests),
    violations: [...violations.values()],
  };
}

/** Addresses of `data:` and `blob:` name bytes that are already here. */
function count({ name, workerStart }: PerformanceResourceTiming): void {
  if (!/^https?:/.test(name)) return;
  const { origin } = new URL(name);
  const counts = origins.get(origin) ?? { requests: 0, answeredHere: 0 };
  counts.requests++;
  if (workerStart > 0) counts.answeredHere++;
  origins.set(origin, counts);
}

function noteViolation(event: Event): void {
  const { effectiveDirective: directive, blockedURI: blocked } = event as SecurityPolicyViolationEvent;
  if (blocked === sealTestAddress()) return;
  const key = `${directive} ${blocked}`;
  violations.set(key, { directive, blocked, times: (violations.get(key)?.times ?? 0) + 1 });
}
