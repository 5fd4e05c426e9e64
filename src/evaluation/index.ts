/**
 * evaluation: how good a prediction is, and the baselines that it must beat. PURE: no DOM, no storage, no network.
 *
 * Owns splits by person, the metrics of paper §5 with their person bootstrap, reports and comparisons, the smoothed
 * transition tables and their mixture, and what makes more of several models: averages and calibration. Promises: f64 accumulation in log space; the same seed gives the same standard
 * errors, and two models on the same people share their draws; every baseline gives every occupation of its list a
 * positive probability. Units: nll in nats, perplexity = exp(mean nll) per observation, standard errors in the
 * metric's own unit.
 */
export { type PanelSplit, splitPanel, type SplitOptions } from './splits.ts';
export { syntheticPanel, type SyntheticPanel } from './syntheticPanel.ts';
export type { ScoredCareer } from './scoredCareer.ts';
export { packRows, type ProbabilityRows, rowAt, scoreRows } from './probabilityRows.ts';
export { kindsOf, type ObservationKind, observationKinds } from './observationTable.ts';
export { auc, type BinaryOutcome, binaryOutcome } from './binaryOutcome.ts';
export { OutcomeSums, type ReliabilityBin } from './outcomeSums.ts';
export { isBetter, type MetricName, metricNames, type Metrics } from './metrics.ts';
export { personDraws, standardDeviation } from './bootstrap.ts';
export { type PairedDifference, pairedDifference } from './pairedDifference.ts';
export {
  evaluate,
  type EvaluationOptions,
  type EvaluationReport,
  type ObservationCounts,
  type Reliability,
} from './report.ts';
export { compareModels, type ComparisonOptions, type ModelScores } from './comparison.ts';
export type * from './comparisonReport.ts';
export { comparisonCsv, reliabilityCsv } from './comparisonCsv.ts';
export {
  type PredictedPeople,
  type PredictionFormat,
  predictionFormats,
  type PredictionShape,
  type PredictionWriter,
} from './predictions/predictedPeople.ts';
export { predictionWriter } from './predictions/predictionWriter.ts';
export { type Subgrouping, subgroupings } from './subgroups.ts';
export { type BaselineName, baselineNames, baselineRecipes } from './baselines/recipes.ts';
export { BaselineModel } from './baselines/baselineModel.ts';
export type { BaselineRecipe, ComponentSpec, TableLevel } from './baselines/component.ts';
export { fitBaseline, type FitOptions } from './baselines/fitBaseline.ts';
export { type BaselineFile, fromBaselineFile, toBaselineFile } from './baselines/baselineFile.ts';
export {
  fewestPeople,
  fitTransitions,
  fromTransitionFile,
  toTransitionFile,
  type TransitionFile,
  type TransitionRow,
  transitionRow,
  type TransitionTable,
} from './baselines/transitionTable.ts';
export { Average, type AverageFile, fitAverage } from './average.ts';
export { StayCalibration, type StayCalibrationFile } from './stayCalibration.ts';
export { type ArmModel, type Experiment, type ExperimentArm, experiments } from './experiments.ts';
export type { ShippedBaselines } from './baselines/shippedBaselines.ts';
