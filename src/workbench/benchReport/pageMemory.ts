import type { BenchReport } from './benchContract.ts';

/** Browsers may wait for their next tidying up before they answer. */
const patienceMs = 25_000;

interface MeasuringPerformance {
  measureUserAgentSpecificMemory?: () => Promise<{ bytes: number }>;
}

/**
 * Memory of this page and its workers, where the browser tells it. `threads`: of the runtime in one of them; beyond one they
 * sleep between runs in a way that answers no browser (Chromium 156 then never says). Never throws.
 */
export async function pageMemory(threads: number): Promise<BenchReport['pageMemory']> {
  if (threads > 1) {
    const reason = 'the browser cannot count while the runtime’s threads wait for work';
    return { bytes: null, reason };
  }
  const measuring = globalThis.performance as MeasuringPerformance;
  if (measuring.measureUserAgentSpecificMemory === undefined) {
    const reason = globalThis.crossOriginIsolated
      ? 'this browser does not tell a page its memory'
      : 'the page is not isolated from other origins';
    return { bytes: null, reason };
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<BenchReport['pageMemory']>((resolve) => {
    const reason = `the browser did not say within ${patienceMs / 1000} seconds`;
    timer = setTimeout(() => resolve({ bytes: null, reason }), patienceMs);
  });
  const measured = measuring
    .measureUserAgentSpecificMemory()
    .then(({ bytes }) => ({ bytes }))
    .catch((error: unknown) => ({ bytes: null, reason: String(error) }));
  return Promise.race([measured, late]).finally(() => clearTimeout(timer));
}
