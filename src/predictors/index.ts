/**
 * predictors: everything that gives each step of a career a distribution over occupations, one folder a kind of model.
 *
 * This index holds descriptions only, so that a page may import it: what a kind's settings are and what models say of
 * themselves. What trains, opens and asks is behind `models.ts` and the indexes of the folders.
 */
export type {
  Device,
  DevicePreference,
  DeviceReport,
  ModelProgress,
  ModelReport,
} from './language/modelReport.ts';
export type {
  AdapterAnswer,
  CareerScore,
  CareerTop,
  Prediction,
  PredictRequest,
  RoutePrediction,
  TokenPiece,
  Unanswered,
} from './language/prediction.ts';
export { defaultSettings } from './defaultSettings.ts';
export type { PanelSize, PredictorKind } from './kind.ts';
export { isTrained, kinds, knownKind, trainedKind } from './registry.ts';
export {
  type SettingField,
  type SettingFields,
  settingProblem,
  type SettingProblem,
  type SettingValue,
} from './settings.ts';
export type { ExampleAnswer, Preparing } from './training/runNews.ts';
