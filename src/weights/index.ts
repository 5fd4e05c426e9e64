/**
 * weights: the database of model files and of what can be computed again (hidden states, measurements). It knows
 * nothing of careers, so a page that only downloads models reaches this room and never the careers' database.
 *
 * Promises: weights that are read have the SHA-256 of their manifest, and what is missing or broken is fetched
 * again, shard by shard (8 MiB); a file's row is written last; a full disk costs the store, never the answer: a model
 * without room there can be held in a tab's memory.
 * Every failure is an `AppError`: `quota` (with `usage` and `quota` in bytes), `storage`, `integrity`.
 */
export { access } from './access.ts';
export { type ArrivingFile, ArrivingFiles, type FilesOnTheirWay } from './arrivingFiles.ts';
export { HeldFiles } from './heldFiles.ts';
export { type HeldModel, brokenInMemory, readHeld } from './heldModel.ts';
export { HiddenStatesStore } from './hiddenStates.ts';
export { InstalledModels, type ModelCheck, type ReadOptions } from './installedModels.ts';
export {
  manifestFile,
  type ModelFile,
  type ModelManifest,
  type ModelVariant,
  parseManifest,
} from './manifest.ts';
export { type StorageEstimateReport, estimateStorage } from './quota.ts';
export {
  type DownloadRow,
  type HiddenStatesRow,
  type MeasurementRow,
  type ModelDescription,
  type ModelFileRow,
  type ModelRow,
  type WantedFile,
  WeightsDatabase,
} from './schema.ts';
export { type SchemaVersion, declareVersions } from './schemaVersions.ts';
export { type ByteRange, shardCount, shardRange } from './shards.ts';
export {
  type LoadedWeights,
  type LoadWeightsOptions,
  type WeightFile,
  type WeightSource,
  WeightStore,
} from './weightStore.ts';
