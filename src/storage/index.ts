/**
 * storage: the only room that knows Dexie. Owns what lies in IndexedDB: model files and what can be computed again
 * in one database; careers, panels and what was trained in the other.
 *
 * Promises: weights that are read have the SHA-256 of their manifest, and what is missing or broken is fetched
 * again, shard by shard (8 MiB); a file's row is written last; a full disk costs the store, never the answer.
 * Careers and panels are written only when the person asked. Every failure is an `AppError`: `quota` (with `usage` and `quota`
 * in bytes), `storage`, `integrity`. Nothing hangs on another tab. `StoredQueries` never writes: it is for the page.
 */
export type * from './savedCareer.ts';
export type * from './learningRows.ts';
export type { BackupSummary } from './backup/backupStore.ts';
export type { Compared, SameId } from './backup/mergedRows.ts';
export type { RunEnding } from './runs.ts';
export type { StorageEstimateReport } from './quota.ts';
export type { ByteRange } from './shards.ts';
export { SHARD_BYTES } from './shards.ts';
export { type StorageReport, StoredQueries } from './queries.ts';
export { type Measurement, Store } from './store.ts';
export type { LoadedWeights, LoadWeightsOptions, WeightFile, WeightSource, WeightStore } from './weights.ts';
