import { isSealed, keepReadiness, storedRuntimeAddress, testSeal, traffic } from '../shell/index.ts';
import type { ModelReport } from '../predictors/language/index.ts';
import type { RealmReport } from './contract.ts';

/** This worker's own walls. */
export async function realmReport(isFresh: boolean): Promise<RealmReport> {
  return { isSealed: await (isFresh ? testSeal() : isSealed()), traffic: traffic() };
}

/** Notes whether model and runtime are all on this device, so that the next load of the page can be sealed. */
export async function noteReadiness(models: string, { revision, notKept }: ModelReport): Promise<void> {
  const runtime = storedRuntimeAddress();
  const readiness = !notKept && runtime !== null ? { model: revision, runtime } : null;
  // A browser that stores nothing has nothing to seal.
  await keepReadiness(new URL('..', models).href, readiness).catch(() => undefined);
}
