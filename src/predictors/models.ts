/**
 * The side of the predictors that trains, opens and asks; for the workbench and the recipe, never for a page: it brings
 * everything that runs. A page imports `index.ts`.
 */
export { fileSet } from './adapters.ts';
export type { AskedModel, Asking } from './askedModel.ts';
export { defaultSettings } from './defaultSettings.ts';
export { importedAdapter } from './importedAdapter.ts';
export { readKeptAdapter } from './keptAdapter.ts';
export { openAdapter, openShipped, shippedPrefix, shippedSummary } from './openedAdapter.ts';
export { type OpenedModel, lasting, openKept } from './openedModel.ts';
export { prepareRun } from './prepareRun.ts';
export type { OpenPanel } from './openPanel.ts';
export type { LearningModel, LearningResources, PreparedRun } from './preparedRun.ts';
export type { RunKind, RunSettings } from './runSettings.ts';
