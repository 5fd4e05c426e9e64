/**
 * worker: the boundary between the page and the worker that computes; the only room that knows comlink.
 *
 * Owns the typed contract, the supervised client, the host that composes all rooms, and the check of the model's
 * manifest. Promises: every call is answered or rejects with an `AppError` within bounded time, whatever happens
 * to the worker; a dead worker is replaced and the calls that waited are put to the new one; of predictions that
 * wait only the latest runs. This index is the page's side: the host is reached through `connect` alone.
 */
export type * from './contract.ts';
export type * from '../predictors/index.ts';
export type {
  AdapterFileSet,
  AdapterSummary,
  EpochFigures,
  PanelList,
  PanelPart,
  PanelSummary,
  StoredSettings,
} from '../storage/index.ts';
export type * from '../workbench/index.ts';
export type * from '../workbench/benchReport/index.ts';
export type * from './learningContract.ts';
export { type ConnectOptions, connect } from './client.ts';
export { timeToFirstAnswer } from '../workbench/benchReport/index.ts';
export {
  benchCsv,
  type BenchEntry,
  type BenchFigure,
  benchFigures,
  startInWords,
} from '../workbench/benchReport/index.ts';
export { connectLearning, type LearningOptions } from './learningClient.ts';
export type { ModelFile, ModelManifest, ModelVariant } from '../weights/index.ts';
export { manifestFile, parseManifest } from '../weights/index.ts';
export type { SupervisionTiming } from './workerLife.ts';
