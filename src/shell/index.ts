/**
 * shell: the walls between what runs here and everything else. Owns which headers a file gets, the test of whether a
 * realm (document or worker) can connect at all, the count of what it asked for, and where what ships with the app is
 * read from: the network, or on this device what the service worker stored.
 *
 * Promises: a realm counts as sealed only where its policy has just refused a connection; a sealed one never asks.
 * Runs in pages, workers and the service worker. Addresses are absolute; sizes are bytes.
 */
export { buildFile, RUNTIME_CACHE, runtimeFile, storedRuntimeAddress } from './buildFile.ts';
export { headersFor, type HeaderRule } from './headerRules.ts';
export { isSealed, testSeal } from './sealTest.ts';
export { keepReadiness, keepSealWish, readSeal, type Readiness, type SealState } from './sealState.ts';
export type { ShippedFile, ShippedShell } from './shippedShell.ts';
export { traffic, watchTraffic, type Traffic } from './traffic.ts';
export { trustOwnScripts } from './trustedScripts.ts';
