/**
 * worker: the boundary between the page and the worker that computes; the only room that knows comlink.
 *
 * Owns the typed contract, the supervised client, the host that composes all rooms, and the check of the model's
 * manifest. Promises: every call is answered or rejects with an `AppError` within bounded time, whatever happens
 * to the worker; a dead worker is replaced and the calls that waited are put to the new one; of predictions that
 * wait only the latest runs. This index is the page's side: the host is reached through `connect` alone.
 */
export type * from './contract.ts';
export type * from './bench/benchContract.ts';
export type * from './learningContract.ts';
export type * from './runContract.ts';
export type * from './experimentContract.ts';
export type * from './runSettings.ts';
export { type ConnectOptions, connect } from './client.ts';
export { timeToFirstAnswer } from './bench/firstAnswer.ts';
export {
  benchCsv,
  type BenchEntry,
  type BenchFigure,
  benchFigures,
  startInWords,
} from './bench/benchFigures.ts';
export { connectLearning, type LearningOptions } from './learningClient.ts';
export type { ModelFile, ModelManifest, ModelVariant } from './manifest.ts';
export { manifestFile, parseManifest } from './manifest.ts';
export type { SupervisionTiming } from './workerLife.ts';
