/**
 * storage: everything that the careers page keeps, behind one door. Owns the database of careers, panels and what was
 * trained; the other database, of model files and what can be computed again, is the weights room's.
 *
 * Promises: careers and panels are written only when the person asked. Every failure is an `AppError`: `quota` (with
 * `usage` and `quota` in bytes), `storage`, `integrity`. Nothing hangs on another tab. `StoredQueries` never writes: it
 * is for the page.
 */
export type * from './savedCareer.ts';
export type * from './learningRows.ts';
export type { BackupSummary } from './backup/backupStore.ts';
export type { Compared, SameId } from './backup/mergedRows.ts';
export type { RunEnding } from './runs.ts';
export { type StorageReport, type StoredModelSummary, StoredQueries } from './queries.ts';
export { type Measurement, Store } from './store.ts';
