/**
 * platform: what every room needs and no room owns. Tiny, no domain words, no dependencies.
 *
 * Owns the one error type with its closed set of codes, abort, progress that never goes back, seeded
 * random numbers, and hashes of bytes. Promises: an abort is always AppError `aborted`; the same seed gives the same numbers.
 */
export * from './errors.ts';
export { abortError, isAbort, throwIfAborted, withAbort } from './abort.ts';
export { canonicalJson } from './canonicalJson.ts';
export { outOfMemoryError } from './memory.ts';
export { Progress, type ReportProgress } from './progress.ts';
export { SeededRandom } from './random.ts';
export { chunksOf } from './stream.ts';
export { readMessages, Turns } from './turns.ts';
export { sha256 } from './sha256.ts';
