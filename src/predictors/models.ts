/**
 * The side of the predictors that trains, opens and asks; for the workbench and the recipe, never for a page: it brings
 * everything that runs. A page imports `index.ts`.
 */
export type { AskedModel, Asking, Distribution } from './askedModel.ts';
export { importedAdapter } from './importedAdapter.ts';
export { type OpenedModel, lasting } from './openedModel.ts';
export { openFiles, openKept, openShipped, shippedPrefix, shippedSummary } from './opening.ts';
export type { OpenPanel } from './openPanel.ts';
export { prepareRun } from './prepareRun.ts';
export type { LearningModel, LearningResources, Members, PreparedRun } from './preparedRun.ts';
