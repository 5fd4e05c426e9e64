/**
 * workbench: what composes predictors, evaluation and the stores: panels, runs, comparisons, experiments, the bench, and the
 * language models that all of these stand on. Workers and the command line host it; it knows neither.
 *
 * Promises: what a person made is kept or said to be unkept; work that must not overlap takes turns; an abort is heard
 * between two people; every failure is an `AppError`.
 */
export { Answers } from './answers/answers.ts';
export { bench } from './bench/bench.ts';
export { careerFilesArchive } from './cluster/careerFilesArchive.ts';
export { clusterArchive } from './cluster/clusterArchive.ts';
export { usualClusterSettings } from './cluster/clusterSettings.ts';
export { AdapterShelf } from './comparisons/adapterShelf.ts';
export type { AverageToKeep, ComparisonRequest, ModelReference } from './comparisons/comparisonRequest.ts';
export { PanelModels } from './comparisons/panelModels.ts';
export type { ArmProgress, ExperimentReport, ExperimentRequest } from './experiments/experimentContract.ts';
export { Experiments } from './experiments/experiments.ts';
export { decoderWeights } from './languageModels/bundledModel.ts';
export { chosenModel } from './languageModels/chosenModel.ts';
export { type DeviceAttempt, type StartOutcome, tryNextDevice } from './languageModels/deviceAttempt.ts';
export { DeviceMemory } from './languageModels/deviceMemory.ts';
export { type LoadedModel, loadModel } from './languageModels/loadModel.ts';
export type { ModelChoice } from './languageModels/modelChoice.ts';
export { ModelResources } from './languageModels/modelResources.ts';
export { type Place, ResourcesOnDemand } from './languageModels/resourcesOnDemand.ts';
export type { PanelRequest } from './panels/panelRequest.ts';
export { Panels } from './panels/panels.ts';
export { Runs } from './runs/runs.ts';
export type * from './runs/runContract.ts';
export type * from './experiments/experimentContract.ts';
export type * from './panels/panelRequest.ts';
export type * from './comparisons/comparisonRequest.ts';
export type * from './predictions/predictionRequest.ts';
